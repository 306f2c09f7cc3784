"""Flips of every permutation: small-list slicing and indexing."""


def main():
    n = 8
    perm = list(range(n))
    count = [0] * n
    best = checksum = 0
    sign, r = 1, n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        first = perm[0]
        if first:
            work, flips = perm[:], 0
            while first:
                work[:first + 1] = work[first::-1]
                first = work[0]
                flips += 1
            best = max(best, flips)
            checksum += sign * flips
        sign = -sign
        while True:
            if r == n:
                return best, checksum
            perm.insert(r, perm.pop(0))
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1
