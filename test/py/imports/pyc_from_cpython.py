# A .pyc file that CPython 3.11.7 made runs, and what moult writes of its code is read back the same.
import asyncio
import base64
import importlib.util
import marshal
import os
import sys
import tempfile
import traceback
import types
import zlib

PYC = (
    'c-nne|8G;*6~Fg=v7f)iaZF;U3OFQu2}GfUkpc=?LPBWMk(Q+?V0CpKe$U3mc@FQrK;qexQM1*lQpwO&q#8)s)X`Ms2PSP2llDUe|A0N^2kS|d(56Y_H?#DIh@W=ueRllp'
    'WPA6%bHCqv&bjw|&b{AwJWgc!{%I{ZD(U(vkb7tnNhpLQEHMcj!jQ5FW||GL(_DzdNa8}gY?JL0-w(Ydn`FPnBwHjwa!5|eB{7nlL9!ruuHlCmq3>{Yk*Gc7kXZ(uM^e)Q'
    'lDrQYXl1Ic58?lAlcA7P@<`41vE*A|LN2Lg0fpR>AE-y#0klbCCQw&vYTr<BIw{R2<lwEiek~{lug3LYG8&X`%Ids+Ew03RUXba=yBNbEiMkj`h?-{b(YTzD686es-@f_H'
    'aqhww@<G<%fA;o;x8FCgXyB^`p3^9M^D(m@H#m>#K4Gxu1raY|tz@gZe2?l<Mxa3yVkVKy%AAC$&KS@jDY2vk+5&Ap;_9^(5@b8{sOT7Ec1U)RSuptbl5s^>1*lgEdj_8G'
    '!iHCpqvC8r4@bp_o>b=zP8VZZglS-m{Og01u{8R4vnh>h`4o>x8@9AzYg-D^3G^)notjLzfq;HFO-@7&KB-@mRjRjO@Ri515i|3KGaQ~4_37C}IGk#xV)WE%nqi2x7f2SB'
    'y#A$|%lv(N(Ytr0^XmhvCmy|7+}B(5_7;TRb#p_Vh7b-b;<OwN(|PGJfV?{#zA-B%DlIImVR*w~QBjh*sK=9v77kO6RgUP6OT;x@Z6f6z<Rl=qmE`?|xT=KMjdq!GRtwMV'
    '&g^J*^!8}U)07>`YT2>u*zK{BuPxuYq8EJKMPK)tuRA-E>nw2H5Q|)QnZx|?GTKVaMafdIlboi@GZCWl>d#a+?lmBv;!jz!d7rU4Hix5(gcpPilP31SjMp7RGK>ha-U8%H'
    '<{nx^i#X*$=rhPoAeAUwecjwVtf;$*lw?dcOXWAX>7**BS|iC>MVHl{{zNh&CbWSbQXL?jeLyxq6M`f6{-Ps?OWx+3V9G+L<qTfaMOCL$tL=mY$vC3<;8bwXT*h8mK<$7M'
    '*#xbJ%nK8j1W$IT%(1+$jQ$sKB6oB49lB@)TZFe)b>?Ku!#;=iBDH%DpxSkwbWjgS?sllX9sCf+1%YKtTiZuC!bCXu**J=@e`H9XIVQrKK^ZoKGYkf^NHb|R%1*!*kuZlz'
    '&@C)T>@t~OAY&!&IyFU=Q39lIT|a)?ek_?)abT1om}^UOlKpqK2Mk$Hx0tmg(9zxxiK!x;tF>IGd6ktMWQ+spcFQPdJ=&Z=89vRgaA=#a9+@MIgh;4IZ{QGR;81m-W3a!s'
    'm^t<ex`i>iLUp5@>;N8PFjlwtp#6mJ-5HzYT0m*r$F^$yNW+R5JIrnSl})jk=^fCF!YDBN9ef$)$g*S|#TH>;O=PZ2xKZpKl&fl8n&78rTy;>;yxxUt7z%lU2`P6{35pQs'
    ';@at8iXHgL8}uX_?A3TI<vpq-ZvnW;M@9Xpm`K!}H@<3YeH2_{uou5*%V6EoC*9x=Yp{BUSqe;S+9IdV&&X<<SzvnJFtA*~Q))1;oc#o}BFX8Qfz+<+aYfQ<wpnXBLM*AB'
    'f>t3gY{u1#54h!vU)k^5*LEJ-tfj^S8rV+~y9s-{2;nITBxhvB;8a<Z4Ewti=TtSR8cumGBF|7b1&@Spsy5nHl>tm!sCs7%49*~?CTC|1w<_zisuI2_CT3+#prV+ci2ytm'
    'LM56b_^<r~Qzzhbl{^OvmiYJjBE+KSVE(ij?waXPezq3w%;xJt$-g5nEuYH|6x{7)7Bw9*XL;`FDtNkbq0c9CAu}w7@)z%3%+s)Z_`&|=!)EyE@Jjn1+E*Gv$$w;}z2HAm'
    'iS8q0?!*7`H0LJGusE3)AMC#y&&Nyto%s`_*<a>tyzd8(uh7y_^mMLyI>8e-USGw)<GsGSeRod&_GFob8d_Z=FA4dvR_8<>Uk>MR*|oLr#>PfNjirq^qY+HpPnCXt-deKK'
    '5<Mr6_pkMyg|rwLUJDH8+|{r_znmM`g}xisuWYNZw~-rxL@-0i6)124Z5;OcDeE1^=xNK2vnSZ62izoof;)T4{`3?}^8J|P&yf5xgopdlGu$-X$3FA=hC3b4f<BTzCXo7m'
    'ZUnJ)?vI?_Pl!ckiPuE$01n*)gkJ#nCou~shoW$=T@b7mDmC1}8j+~Cq5KKp%P-jv&^`7y90NGMKySm3gnDd@65s3?uY(KXn!X^+jQ}xOvocbH2B`rwtV@Cu0#V4F3>IL='
    'DU!WlOx&=G+Po5pC&2|LWO)Y6o4Q^yPsQrkq#~#MF_GNYY5)S2y`<wYApeGtML#sPE=?~F6`S^~HSH+~+eGmD`D2T-IrmmK%vI&ww<#xq#^V+#GB}L^0G)jecM`RW0*PwH'
    'K9!(a>a|9uYpB;(y+4?|7hD6|#$}uvvX<$U<kvPYw}p8>tiDd};9p{seG}Iiw8*6Y&(>T*kb;L=3P|;0u@$l6Dw$Mcschzj>y@KFCM)vXj0(8EMZ{_omGCsVAyq`&eFoy{'
    'jg{e*;Z^+m(XU6B6SZKrHblBjFWAP13sb@0b!X*$kjCWb*6j(wdFm+YJd)6#5T~z7;y`NW)~zvHDBB*>9sPWwF!@2@;-zfmwoM$eddhS{cJmU<tD+K<q1<0RwUyhV&0Iho'
    'g#tOFnqE^ynPK?WGTI~pa{rX<uSN8~oO{y#r?>w67G#UN&#Xb6YoO>FSljlT3|*?kE1|+i;lkilad2vFaH`;%DsWTgSx4Kwuez!J$n!bIWQdKjyK0vJ0GV3Jd`orl<24<a'
    'R&3wYIXno+!_{iJd{m4lG<6K}WQ5jXKAPN~+>KmccBJHP&ij_mmzrAg$ChF*S?p;eFdi`dyw|XY!%{K=&meM&4A<tfSk_dw`Y@ut-@FBoM~C5vs>zhBXtHkb<3ktDO_<jN'
    'vNHACbU!FZl<V3n3eJZ4G#gOgtvqM6{{R7Jf$?*6s6b;0HDzfiRcjjJbB{mEXSD+ILo6bH$>GjLa?XM<w#+VHUeQ+1KIR@ro}7Ae>U;6~iN6l~ZJ-bs%ktoV7+0CGVR&b4'
    'B`*p2k>*(Fx3J6X*@E^4%Sgb@+mbdf-dRSQq?5-Ycu5OwW^n-CCR+&A$$tTRvHiF'
)

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "everything.pyc")
    with open(path, "wb") as f:
        f.write(zlib.decompress(base64.b85decode(PYC)))
    sys.path.insert(0, folder)
    import everything

    print(everything.__file__ == path, everything.__doc__)

p = everything.Point(3, 4)
print(p, p @ everything.Point(2), everything.LIMIT, everything.NAMES, everything.__annotations__)
c = everything.counter(5, step=3)
print(c(), c())
for v in ({"k": [1, 2, 3], "z": 0}, everything.Point(0, 2), 10**31, "else"):
    print(everything.kinds(v))
print(asyncio.run(everything.gather()))
try:
    everything.fails()
except IndexError as e:
    frame = traceback.extract_tb(e.__traceback__)[-1]
    print(frame.name, frame.lineno, frame.end_lineno, frame.colno, frame.end_colno)


def same(a, b):
    if isinstance(a, types.CodeType):
        return all(same(getattr(a, n), getattr(b, n)) for n in dir(a) if n.startswith("co_") and not callable(getattr(a, n)))
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


code = marshal.loads(zlib.decompress(base64.b85decode(PYC))[16:])
print(same(code, marshal.loads(marshal.dumps(code))), importlib.util.MAGIC_NUMBER)
