// The grammar of Python 3.11 with its rules for invalid programs, for the second pass only (Grammar/python.gram in a notation of our own).
//
//   rule, or rule (memo)           one line; then one line an alternative, in the order tried
//   'x'  "x"  NAME  rule           keyword or operator, soft keyword, token, rule
//   e? [e] e* e+ s.e+  (e | e)     optional, repeated, separated, group
//   &e !e ~ &&'x'                  lookahead, commit to this alternative, token that must come
//   v=e   -> action                capture, result: a capture, a node (Kind, perhaps with the captures that errors look into)
//                                  or a call of actions.ts; "@8 What is" asks for the version 3.8
//
// Alternatives that are nothing but an invalid_ rule are tried only after a first pass without them failed.

export const GRAMMAR = `
file
  a=[statements] ENDMARKER -> ok()
interactive
  a=statement_newline -> ok()
eval
  a=expressions NEWLINE* ENDMARKER -> ok()
func_type
  '(' a=[type_expressions] ')' '->' b=expression NEWLINE* ENDMARKER -> ok()
fstring
  star_expressions
statements
  a=statement+ -> ok()
statement
  a=compound_stmt -> seq(a)
  a=simple_stmts -> a
statement_newline
  a=compound_stmt NEWLINE -> seq(a)
  simple_stmts
  NEWLINE -> ok()
  ENDMARKER -> nothing()
simple_stmts
  a=simple_stmt !';' NEWLINE -> seq(a)
  a=';'.simple_stmt+ [';'] NEWLINE -> a
simple_stmt (memo)
  assignment
  e=star_expressions -> ok()
  &'return' return_stmt
  &('import' | 'from') import_stmt
  &'raise' raise_stmt
  'pass' -> ok()
  &'del' del_stmt
  &'yield' yield_stmt
  &'assert' assert_stmt
  'break' -> ok()
  'continue' -> ok()
  &'global' global_stmt
  &'nonlocal' nonlocal_stmt
compound_stmt
  &('def' | '@' | ASYNC) function_def
  &'if' if_stmt
  &('class' | '@') class_def
  &('with' | ASYNC) with_stmt
  &('for' | ASYNC) for_stmt
  &'try' try_stmt
  &'while' while_stmt
  match_stmt
assignment
  a=NAME ':' b=expression c=['=' d=annotated_rhs -> d] -> ok() @6 Variable annotation syntax is
  a=('(' b=single_target ')' -> b | single_subscript_attribute_target) ':' b=expression c=['=' d=annotated_rhs -> d] -> ok() @6 Variable annotations syntax is
  a=(z=star_targets '=' -> z)+ b=(yield_expr | star_expressions) !'=' tc=[TYPE_COMMENT] -> ok()
  a=single_target b=augassign ~ c=(yield_expr | star_expressions) -> ok()
  invalid_assignment
annotated_rhs
  yield_expr
  star_expressions
augassign
  '+=' -> ok()
  '-=' -> ok()
  '*=' -> ok()
  '@=' -> ok() @5 The '@' operator is
  '/=' -> ok()
  '%=' -> ok()
  '&=' -> ok()
  '|=' -> ok()
  '^=' -> ok()
  '<<=' -> ok()
  '>>=' -> ok()
  '**=' -> ok()
  '//=' -> ok()
return_stmt
  'return' a=[star_expressions] -> ok()
raise_stmt
  'raise' a=expression b=['from' z=expression -> z] -> ok()
  'raise' -> ok()
global_stmt
  'global' a=','.NAME+ -> ok()
nonlocal_stmt
  'nonlocal' a=','.NAME+ -> ok()
del_stmt
  'del' a=del_targets &(';' | NEWLINE) -> ok()
  invalid_del_stmt
yield_stmt
  y=yield_expr -> ok()
assert_stmt
  'assert' a=expression b=[',' z=expression -> z] -> ok()
import_stmt
  import_name
  import_from
import_name
  'import' a=dotted_as_names -> ok()
import_from
  'from' a=('.' | '...')* b=dotted_name 'import' c=import_from_targets -> ok()
  'from' a=('.' | '...')+ 'import' b=import_from_targets -> ok()
import_from_targets
  '(' a=import_from_as_names [','] ')' -> a
  import_from_as_names !','
  '*' -> ok()
  invalid_import_from_targets
import_from_as_names
  a=','.import_from_as_name+ -> a
import_from_as_name
  a=NAME b=['as' z=NAME -> z] -> ok()
dotted_as_names
  a=','.dotted_as_name+ -> a
dotted_as_name
  a=dotted_name b=['as' z=NAME -> z] -> ok()
dotted_name
  a=dotted_name '.' b=NAME -> Name
  NAME
block (memo)
  NEWLINE INDENT a=statements DEDENT -> a
  simple_stmts
  invalid_block
decorators
  a=('@' f=named_expression NEWLINE -> f)+ -> a
class_def
  a=decorators b=class_def_raw -> ok()
  class_def_raw
class_def_raw
  invalid_class_def_raw
  'class' a=NAME b=['(' z=[arguments] ')' -> z] ':' c=block -> ok()
function_def
  d=decorators f=function_def_raw -> ok()
  function_def_raw
function_def_raw
  invalid_def_raw
  'def' n=NAME &&'(' params=[params] ')' a=['->' z=expression -> z] &&':' tc=[func_type_comment] b=block -> ok()
  ASYNC 'def' n=NAME &&'(' params=[params] ')' a=['->' z=expression -> z] &&':' tc=[func_type_comment] b=block -> ok() @5 Async functions are
params
  invalid_parameters
  parameters
parameters
  a=slash_no_default b=param_no_default* c=param_with_default* d=[star_etc] -> ok() @8 Positional-only parameters are
  a=slash_with_default b=param_with_default* c=[star_etc] -> ok() @8 Positional-only parameters are
  a=param_no_default+ b=param_with_default* c=[star_etc] -> ok()
  a=param_with_default+ b=[star_etc] -> ok()
  a=star_etc -> ok()
slash_no_default
  a=param_no_default+ '/' ',' -> a
  a=param_no_default+ '/' &')' -> a
slash_with_default
  a=param_no_default* b=param_with_default+ '/' ',' -> ok()
  a=param_no_default* b=param_with_default+ '/' &')' -> ok()
star_etc
  invalid_star_etc
  '*' a=param_no_default b=param_maybe_default* c=[kwds] -> ok()
  '*' a=param_no_default_star_annotation b=param_maybe_default* c=[kwds] -> ok()
  '*' ',' b=param_maybe_default+ c=[kwds] -> ok()
  a=kwds -> ok()
kwds
  invalid_kwds
  '**' a=param_no_default -> a
param_no_default
  a=param ',' tc=TYPE_COMMENT? -> a
  a=param tc=TYPE_COMMENT? &')' -> a
param_no_default_star_annotation
  a=param_star_annotation ',' tc=TYPE_COMMENT? -> a
  a=param_star_annotation tc=TYPE_COMMENT? &')' -> a
param_with_default
  a=param c=default ',' tc=TYPE_COMMENT? -> ok()
  a=param c=default tc=TYPE_COMMENT? &')' -> ok()
param_maybe_default
  a=param c=default? ',' tc=TYPE_COMMENT? -> ok()
  a=param c=default? tc=TYPE_COMMENT? &')' -> ok()
param
  a=NAME b=annotation? -> arg
param_star_annotation
  a=NAME b=star_annotation -> arg
annotation
  ':' a=expression -> a
star_annotation
  ':' a=star_expression -> a
default
  '=' a=expression -> a
  invalid_default
if_stmt
  invalid_if_stmt
  'if' a=named_expression ':' b=block c=elif_stmt -> ok()
  'if' a=named_expression ':' b=block c=[else_block] -> ok()
elif_stmt
  invalid_elif_stmt
  'elif' a=named_expression ':' b=block c=elif_stmt -> ok()
  'elif' a=named_expression ':' b=block c=[else_block] -> ok()
else_block
  invalid_else_stmt
  'else' &&':' b=block -> b
while_stmt
  invalid_while_stmt
  'while' a=named_expression ':' b=block c=[else_block] -> ok()
for_stmt
  invalid_for_stmt
  'for' t=star_targets 'in' ~ ex=star_expressions ':' tc=[TYPE_COMMENT] b=block el=[else_block] -> ok()
  ASYNC 'for' t=star_targets 'in' ~ ex=star_expressions ':' tc=[TYPE_COMMENT] b=block el=[else_block] -> ok() @5 Async for loops are
  invalid_for_target
with_stmt
  invalid_with_stmt_indent
  'with' '(' a=','.with_item+ ','? ')' ':' b=block -> ok() @9 Parenthesized context managers are
  'with' a=','.with_item+ ':' tc=[TYPE_COMMENT] b=block -> ok()
  ASYNC 'with' '(' a=','.with_item+ ','? ')' ':' b=block -> ok() @5 Async with statements are
  ASYNC 'with' a=','.with_item+ ':' tc=[TYPE_COMMENT] b=block -> ok() @5 Async with statements are
  invalid_with_stmt
with_item
  e=expression 'as' t=star_target &(',' | ')' | ':') -> ok()
  invalid_with_item
  e=expression -> ok()
try_stmt
  invalid_try_stmt
  'try' &&':' b=block f=finally_block -> ok()
  'try' &&':' b=block ex=except_block+ el=[else_block] f=[finally_block] -> ok()
  'try' &&':' b=block ex=except_star_block+ el=[else_block] f=[finally_block] -> ok() @11 Exception groups are
except_block
  invalid_except_stmt_indent
  'except' e=expression t=['as' z=NAME -> z] ':' b=block -> ok()
  'except' ':' b=block -> ok()
  invalid_except_stmt
except_star_block
  invalid_except_star_stmt_indent
  'except' '*' e=expression t=['as' z=NAME -> z] ':' b=block -> ok()
  invalid_except_stmt
finally_block
  invalid_finally_stmt
  'finally' &&':' a=block -> a
match_stmt
  "match" subject=subject_expr ':' NEWLINE INDENT cases=case_block+ DEDENT -> ok() @10 Pattern matching is
  invalid_match_stmt
subject_expr
  value=star_named_expression ',' values=star_named_expressions? -> Tuple(value, values)
  named_expression
case_block
  invalid_case_block
  "case" pattern=patterns guard=guard? ':' body=block -> ok()
guard
  'if' guard=named_expression -> guard
patterns
  patterns=open_sequence_pattern -> Match
  pattern
pattern
  as_pattern
  or_pattern
as_pattern
  pattern=or_pattern 'as' target=pattern_capture_target -> Match
  invalid_as_pattern
or_pattern
  patterns='|'.closed_pattern+ -> Match
closed_pattern (memo)
  literal_pattern
  capture_pattern
  wildcard_pattern
  value_pattern
  group_pattern
  sequence_pattern
  mapping_pattern
  class_pattern
literal_pattern
  value=signed_number !('+' | '-') -> Match
  value=complex_number -> Match
  value=strings -> Match
  'None' -> Match
  'True' -> Match
  'False' -> Match
literal_expr
  signed_number !('+' | '-')
  complex_number
  strings
  'None' -> Constant(None)
  'True' -> Constant(True)
  'False' -> Constant(False)
complex_number
  real=signed_real_number '+' imag=imaginary_number -> BinOp
  real=signed_real_number '-' imag=imaginary_number -> BinOp
signed_number
  NUMBER
  '-' number=NUMBER -> UnaryOp
signed_real_number
  real_number
  '-' real=real_number -> UnaryOp
real_number
  real=NUMBER -> real(real)
imaginary_number
  imag=NUMBER -> imaginary(imag)
capture_pattern
  target=pattern_capture_target -> Match
pattern_capture_target
  !"_" name=NAME !('.' | '(' | '=') -> name
wildcard_pattern
  "_" -> Match
value_pattern
  attr=attr !('.' | '(' | '=') -> Match
attr
  value=name_or_attr '.' attr=NAME -> Attribute
name_or_attr
  attr
  NAME
group_pattern
  '(' pattern=pattern ')' -> pattern
sequence_pattern
  '[' patterns=maybe_sequence_pattern? ']' -> Match
  '(' patterns=open_sequence_pattern? ')' -> Match
open_sequence_pattern
  pattern=maybe_star_pattern ',' patterns=maybe_sequence_pattern? -> seq(pattern, patterns)
maybe_sequence_pattern
  patterns=','.maybe_star_pattern+ ','? -> patterns
maybe_star_pattern
  star_pattern
  pattern
star_pattern (memo)
  '*' target=pattern_capture_target -> Match
  '*' wildcard_pattern -> Match
mapping_pattern
  '{' '}' -> Match
  '{' rest=double_star_pattern ','? '}' -> Match
  '{' items=items_pattern ',' rest=double_star_pattern ','? '}' -> Match
  '{' items=items_pattern ','? '}' -> Match
items_pattern
  ','.key_value_pattern+
key_value_pattern
  key=(literal_expr | attr) ':' pattern=pattern -> ok()
double_star_pattern
  '**' target=pattern_capture_target -> target
class_pattern
  cls=name_or_attr '(' ')' -> Match
  cls=name_or_attr '(' patterns=positional_patterns ','? ')' -> Match
  cls=name_or_attr '(' keywords=keyword_patterns ','? ')' -> Match
  cls=name_or_attr '(' patterns=positional_patterns ',' keywords=keyword_patterns ','? ')' -> Match
  invalid_class_pattern
positional_patterns
  args=','.pattern+ -> args
keyword_patterns
  ','.keyword_pattern+
keyword_pattern
  arg=NAME '=' value=pattern -> ok()
expressions
  a=expression b=(',' c=expression -> c)+ [','] -> Tuple(a, b)
  a=expression ',' -> Tuple(a)
  expression
expression (memo)
  invalid_expression
  invalid_legacy_expression
  a=disjunction 'if' b=disjunction 'else' c=expression -> IfExp
  disjunction
  lambdef
yield_expr
  'yield' 'from' a=expression -> YieldFrom
  'yield' a=[star_expressions] -> Yield
star_expressions
  a=star_expression b=(',' c=star_expression -> c)+ [','] -> Tuple(a, b)
  a=star_expression ',' -> Tuple(a)
  star_expression
star_expression (memo)
  '*' a=bitwise_or -> Starred(a)
  expression
star_named_expressions
  a=','.star_named_expression+ [','] -> a
star_named_expression
  '*' a=bitwise_or -> Starred(a)
  named_expression
assignment_expression
  a=NAME ':=' ~ b=expression -> NamedExpr @8 Assignment expressions are
named_expression
  assignment_expression
  invalid_named_expression
  expression !':='
disjunction (memo)
  a=conjunction b=('or' c=conjunction -> c)+ -> BoolOp
  conjunction
conjunction (memo)
  a=inversion b=('and' c=inversion -> c)+ -> BoolOp
  inversion
inversion (memo)
  'not' a=inversion -> UnaryOp
  comparison
comparison
  a=bitwise_or b=compare_op_bitwise_or_pair+ -> Compare(a, b)
  bitwise_or
compare_op_bitwise_or_pair
  eq_bitwise_or
  noteq_bitwise_or
  lte_bitwise_or
  lt_bitwise_or
  gte_bitwise_or
  gt_bitwise_or
  notin_bitwise_or
  in_bitwise_or
  isnot_bitwise_or
  is_bitwise_or
eq_bitwise_or
  '==' a=bitwise_or -> ok()
noteq_bitwise_or
  (tok='!=' -> notequal(tok)) a=bitwise_or -> ok()
lte_bitwise_or
  '<=' a=bitwise_or -> ok()
lt_bitwise_or
  '<' a=bitwise_or -> ok()
gte_bitwise_or
  '>=' a=bitwise_or -> ok()
gt_bitwise_or
  '>' a=bitwise_or -> ok()
notin_bitwise_or
  'not' 'in' a=bitwise_or -> ok()
in_bitwise_or
  'in' a=bitwise_or -> in()
isnot_bitwise_or
  'is' 'not' a=bitwise_or -> ok()
is_bitwise_or
  'is' a=bitwise_or -> ok()
bitwise_or
  a=bitwise_or '|' b=bitwise_xor -> BinOp
  bitwise_xor
bitwise_xor
  a=bitwise_xor '^' b=bitwise_and -> BinOp
  bitwise_and
bitwise_and
  a=bitwise_and '&' b=shift_expr -> BinOp
  shift_expr
shift_expr
  a=shift_expr '<<' b=sum -> BinOp
  a=shift_expr '>>' b=sum -> BinOp
  sum
sum
  a=sum '+' b=term -> BinOp
  a=sum '-' b=term -> BinOp
  term
term
  a=term '*' b=factor -> BinOp
  a=term '/' b=factor -> BinOp
  a=term '//' b=factor -> BinOp
  a=term '%' b=factor -> BinOp
  a=term '@' b=factor -> BinOp @5 The '@' operator is
  factor
factor (memo)
  '+' a=factor -> UnaryOp
  '-' a=factor -> UnaryOp
  '~' a=factor -> UnaryOp
  power
power
  a=await_primary '**' b=factor -> BinOp
  await_primary
await_primary (memo)
  AWAIT a=primary -> Await @5 Await expressions are
  primary
primary
  a=primary '.' b=NAME -> Attribute
  a=primary b=genexp -> Call
  a=primary '(' b=[arguments] ')' -> Call
  a=primary '[' b=slices ']' -> Subscript
  atom
slices
  a=slice !',' -> a
  a=','.(slice | starred_expression)+ [','] -> Tuple(, a)
slice
  a=[expression] ':' b=[expression] c=[':' d=[expression] -> d] -> Slice
  a=named_expression -> a
atom
  NAME
  'True' -> Constant(True)
  'False' -> Constant(False)
  'None' -> Constant(None)
  &STRING strings
  NUMBER
  &'(' (tuple | group | genexp)
  &'[' (list | listcomp)
  &'{' (dict | set | dictcomp | setcomp)
  '...' -> Constant(Ellipsis)
group
  '(' a=(yield_expr | named_expression) ')' -> a
  invalid_group
lambdef
  'lambda' a=[lambda_params] ':' b=expression -> Lambda
lambda_params
  invalid_lambda_parameters
  lambda_parameters
lambda_parameters
  a=lambda_slash_no_default b=lambda_param_no_default* c=lambda_param_with_default* d=[lambda_star_etc] -> ok() @8 Positional-only parameters are
  a=lambda_slash_with_default b=lambda_param_with_default* c=[lambda_star_etc] -> ok() @8 Positional-only parameters are
  a=lambda_param_no_default+ b=lambda_param_with_default* c=[lambda_star_etc] -> ok()
  a=lambda_param_with_default+ b=[lambda_star_etc] -> ok()
  a=lambda_star_etc -> ok()
lambda_slash_no_default
  a=lambda_param_no_default+ '/' ',' -> a
  a=lambda_param_no_default+ '/' &':' -> a
lambda_slash_with_default
  a=lambda_param_no_default* b=lambda_param_with_default+ '/' ',' -> ok()
  a=lambda_param_no_default* b=lambda_param_with_default+ '/' &':' -> ok()
lambda_star_etc
  invalid_lambda_star_etc
  '*' a=lambda_param_no_default b=lambda_param_maybe_default* c=[lambda_kwds] -> ok()
  '*' ',' b=lambda_param_maybe_default+ c=[lambda_kwds] -> ok()
  a=lambda_kwds -> ok()
lambda_kwds
  invalid_lambda_kwds
  '**' a=lambda_param_no_default -> a
lambda_param_no_default
  a=lambda_param ',' -> a
  a=lambda_param &':' -> a
lambda_param_with_default
  a=lambda_param c=default ',' -> ok()
  a=lambda_param c=default &':' -> ok()
lambda_param_maybe_default
  a=lambda_param c=default? ',' -> ok()
  a=lambda_param c=default? &':' -> ok()
lambda_param
  a=NAME -> arg
strings (memo)
  a=STRING+ -> strings(a)
list
  '[' a=[star_named_expressions] ']' -> List(, a)
tuple
  '(' a=[y=star_named_expression ',' z=[star_named_expressions] -> seq(y, z) ] ')' -> Tuple(, a)
set
  '{' a=star_named_expressions '}' -> Set
dict
  '{' a=[double_starred_kvpairs] '}' -> Dict
  '{' invalid_double_starred_kvpairs '}'
double_starred_kvpairs
  a=','.double_starred_kvpair+ [','] -> a
double_starred_kvpair
  '**' a=bitwise_or -> ok()
  kvpair
kvpair
  a=expression ':' b=expression -> ok()
for_if_clauses
  a=for_if_clause+ -> a
for_if_clause
  ASYNC 'for' a=star_targets 'in' ~ b=disjunction c=('if' z=disjunction -> z)* -> comprehension(b, c) @6 Async comprehensions are
  'for' a=star_targets 'in' ~ b=disjunction c=('if' z=disjunction -> z)* -> comprehension(b, c)
  invalid_for_target
listcomp
  '[' a=named_expression b=for_if_clauses ']' -> ListComp
  invalid_comprehension
setcomp
  '{' a=named_expression b=for_if_clauses '}' -> SetComp
  invalid_comprehension
genexp
  '(' a=( assignment_expression | expression !':=') b=for_if_clauses ')' -> GeneratorExp
  invalid_comprehension
dictcomp
  '{' a=kvpair b=for_if_clauses '}' -> DictComp
  invalid_dict_comprehension
arguments (memo)
  a=args [','] &')' -> a
  invalid_arguments
args
  a=','.(starred_expression | ( assignment_expression | expression !':=') !'=')+ b=[',' k=kwargs -> k] -> call(a, b)
  a=kwargs -> call(, a)
kwargs
  a=','.kwarg_or_starred+ ',' b=','.kwarg_or_double_starred+ -> join(a, b)
  ','.kwarg_or_starred+
  ','.kwarg_or_double_starred+
starred_expression
  '*' a=expression -> Starred(a)
kwarg_or_starred
  invalid_kwarg
  a=NAME '=' b=expression -> keyword(a)
  a=starred_expression -> starred(a)
kwarg_or_double_starred
  invalid_kwarg
  a=NAME '=' b=expression -> keyword(a)
  '**' a=expression -> keyword()
star_targets
  a=star_target !',' -> a
  a=star_target b=(',' c=star_target -> c)* [','] -> Tuple(a, b)
star_targets_list_seq
  a=','.star_target+ [','] -> a
star_targets_tuple_seq
  a=star_target b=(',' c=star_target -> c)+ [','] -> seq(a, b)
  a=star_target ',' -> seq(a)
star_target (memo)
  '*' a=(!'*' star_target) -> Starred(a)
  target_with_star_atom
target_with_star_atom (memo)
  a=t_primary '.' b=NAME !t_lookahead -> Attribute
  a=t_primary '[' b=slices ']' !t_lookahead -> Subscript
  star_atom
star_atom
  a=NAME -> a
  '(' a=target_with_star_atom ')' -> a
  '(' a=[star_targets_tuple_seq] ')' -> Tuple(, a)
  '[' a=[star_targets_list_seq] ']' -> List(, a)
single_target
  single_subscript_attribute_target
  a=NAME -> a
  '(' a=single_target ')' -> a
single_subscript_attribute_target
  a=t_primary '.' b=NAME !t_lookahead -> Attribute
  a=t_primary '[' b=slices ']' !t_lookahead -> Subscript
t_primary
  a=t_primary '.' b=NAME &t_lookahead -> Attribute
  a=t_primary '[' b=slices ']' &t_lookahead -> Subscript
  a=t_primary b=genexp &t_lookahead -> Call
  a=t_primary '(' b=[arguments] ')' &t_lookahead -> Call
  a=atom &t_lookahead -> a
t_lookahead
  '('
  '['
  '.'
del_targets
  a=','.del_target+ [','] -> a
del_target (memo)
  a=t_primary '.' b=NAME !t_lookahead -> Attribute
  a=t_primary '[' b=slices ']' !t_lookahead -> Subscript
  del_t_atom
del_t_atom
  a=NAME -> a
  '(' a=del_target ')' -> a
  '(' a=[del_targets] ')' -> Tuple(, a)
  '[' a=[del_targets] ']' -> List(, a)
type_expressions
  a=','.expression+ ',' '*' b=expression ',' '**' c=expression -> ok()
  a=','.expression+ ',' '*' b=expression -> ok()
  a=','.expression+ ',' '**' b=expression -> ok()
  '*' a=expression ',' '**' b=expression -> ok()
  '*' a=expression -> seq(a)
  '**' a=expression -> seq(a)
  a=','.expression+ -> a
func_type_comment
  NEWLINE t=TYPE_COMMENT &(NEWLINE INDENT) -> t
  invalid_double_type_comments
  TYPE_COMMENT
invalid_arguments
  ((','.(starred_expression | ( assignment_expression | expression !':=') !'=')+ ',' kwargs) | kwargs) ',' b='*' -> error(b) "iterable argument unpacking follows keyword argument unpacking"
  a=expression b=for_if_clauses ',' [args | expression for_if_clauses] -> error(a, clause:b) "Generator expression must be parenthesized"
  a=NAME b='=' expression for_if_clauses -> error(a, b) "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"
  a=args b=for_if_clauses -> genexp(a, b) "Generator expression must be parenthesized"
  args ',' a=expression b=for_if_clauses -> error(a, clause:b) "Generator expression must be parenthesized"
  a=args ',' args -> positional(a)
invalid_kwarg
  a=('True'|'False'|'None') b='=' -> error(a, b) "cannot assign to %s"
  a=NAME b='=' expression for_if_clauses -> error(a, b) "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"
  !(NAME '=') a=expression b='=' -> error(a, b) "expression cannot contain assignment, perhaps you meant "=="?"
expression_without_invalid
  a=disjunction 'if' b=disjunction 'else' c=expression -> IfExp
  disjunction
  lambdef
invalid_legacy_expression
  a=NAME !'(' b=star_expressions -> legacy(a, b) "Missing parentheses in call to '%s'. Did you mean %s(...)?"
invalid_expression
  !(NAME STRING | SOFT_KEYWORD) a=disjunction b=expression_without_invalid -> comma(a, b) "invalid syntax. Perhaps you forgot a comma?"
  a=disjunction 'if' b=disjunction !('else'|':') -> error(a, b) "expected 'else' after 'if' expression"
invalid_named_expression (memo)
  a=expression ':=' expression -> error(a) "cannot use assignment expressions with %s"
  a=NAME '=' b=bitwise_or !('='|':=') -> error(a, b) "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"
  !(list|tuple|genexp|'True'|'None'|'False') a=bitwise_or b='=' bitwise_or !('='|':=') -> error(a) "cannot assign to %s here. Maybe you meant '==' instead of '='?"
invalid_assignment
  a=invalid_ann_assign_target ':' expression -> error(a) "only single target (not %s) can be annotated"
  a=star_named_expression ',' star_named_expressions* ':' expression -> error(a) "only single target (not tuple) can be annotated"
  a=expression ':' expression -> error(a) "illegal target for annotation"
  (star_targets '=')* a=star_expressions '=' -> target(star, a)
  (star_targets '=')* a=yield_expr '=' -> error(a) "assignment to yield expression not possible"
  a=star_expressions augassign (yield_expr | star_expressions) -> error(a) "'%s' is an illegal expression for augmented assignment"
invalid_ann_assign_target
  list
  tuple
  '(' a=invalid_ann_assign_target ')' -> a
invalid_del_stmt
  'del' a=star_expressions -> target(del, a)
invalid_block
  NEWLINE !INDENT -> indent() "expected an indented block"
invalid_comprehension
  ('[' | '(' | '{') a=starred_expression for_if_clauses -> error(a) "iterable unpacking cannot be used in comprehension"
  ('[' | '{') a=star_named_expression ',' b=star_named_expressions for_if_clauses -> error(a, last:b) "did you forget parentheses around the comprehension target?"
  ('[' | '{') a=star_named_expression b=',' for_if_clauses -> error(a, b) "did you forget parentheses around the comprehension target?"
invalid_dict_comprehension
  '{' a='**' bitwise_or for_if_clauses '}' -> error(a) "dict unpacking cannot be used in dict comprehension"
invalid_parameters
  param_no_default* invalid_parameters_helper a=param_no_default -> error(a) "non-default argument follows default argument"
  param_no_default* a='(' param_no_default+ ','? b=')' -> error(a, b) "Function parameters cannot be parenthesized"
  a="/" ',' -> error(a) "at least one argument must precede /"
  (slash_no_default | slash_with_default) param_maybe_default* a='/' -> error(a) "/ may appear only once"
  (slash_no_default | slash_with_default)? param_maybe_default* '*' (',' | param_no_default) param_maybe_default* a='/' -> error(a) "/ must be ahead of *"
  param_maybe_default+ '/' a='*' -> error(a) "expected comma between / and *"
invalid_default
  a='=' &(')'|',') -> error(a) "expected default value expression"
invalid_star_etc
  a='*' (')' | ',' (')' | '**')) -> error(a) "named arguments must follow bare *"
  '*' ',' TYPE_COMMENT -> error() "bare * has associated type comment"
  '*' param a='=' -> error(a) "var-positional argument cannot have default value"
  '*' (param_no_default | ',') param_maybe_default* a='*' (param_no_default | ',') -> error(a) "* argument may appear only once"
invalid_kwds
  '**' param a='=' -> error(a) "var-keyword argument cannot have default value"
  '**' param ',' a=param -> error(a) "arguments cannot follow var-keyword argument"
  '**' param ',' a=('*'|'**'|'/') -> error(a) "arguments cannot follow var-keyword argument"
invalid_parameters_helper
  a=slash_with_default -> seq(a)
  param_with_default+
invalid_lambda_parameters
  lambda_param_no_default* invalid_lambda_parameters_helper a=lambda_param_no_default -> error(a) "non-default argument follows default argument"
  lambda_param_no_default* a='(' ','.lambda_param+ ','? b=')' -> error(a, b) "Lambda expression parameters cannot be parenthesized"
  a="/" ',' -> error(a) "at least one argument must precede /"
  (lambda_slash_no_default | lambda_slash_with_default) lambda_param_maybe_default* a='/' -> error(a) "/ may appear only once"
  (lambda_slash_no_default | lambda_slash_with_default)? lambda_param_maybe_default* '*' (',' | lambda_param_no_default) lambda_param_maybe_default* a='/' -> error(a) "/ must be ahead of *"
  lambda_param_maybe_default+ '/' a='*' -> error(a) "expected comma between / and *"
invalid_lambda_parameters_helper
  a=lambda_slash_with_default -> seq(a)
  lambda_param_with_default+
invalid_lambda_star_etc
  '*' (':' | ',' (':' | '**')) -> error() "named arguments must follow bare *"
  '*' lambda_param a='=' -> error(a) "var-positional argument cannot have default value"
  '*' (lambda_param_no_default | ',') lambda_param_maybe_default* a='*' (lambda_param_no_default | ',') -> error(a) "* argument may appear only once"
invalid_lambda_kwds
  '**' lambda_param a='=' -> error(a) "var-keyword argument cannot have default value"
  '**' lambda_param ',' a=lambda_param -> error(a) "arguments cannot follow var-keyword argument"
  '**' lambda_param ',' a=('*'|'**'|'/') -> error(a) "arguments cannot follow var-keyword argument"
invalid_double_type_comments
  TYPE_COMMENT NEWLINE TYPE_COMMENT NEWLINE INDENT -> error() "Cannot have two type comments on def"
invalid_with_item
  expression 'as' a=expression &(',' | ')' | ':') -> target(star, a)
invalid_for_target
  ASYNC? 'for' a=star_expressions -> target(for, a)
invalid_group
  '(' a=starred_expression ')' -> error(a) "cannot use starred expression here"
  '(' a='**' expression ')' -> error(a) "cannot use double starred expression here"
invalid_import_from_targets
  import_from_as_names ',' NEWLINE -> error() "trailing comma not allowed without surrounding parentheses"
invalid_with_stmt
  [ASYNC] 'with' ','.(expression ['as' star_target])+ NEWLINE -> error() "expected ':'"
  [ASYNC] 'with' '(' ','.(expressions ['as' star_target])+ ','? ')' NEWLINE -> error() "expected ':'"
invalid_with_stmt_indent
  [ASYNC] a='with' ','.(expression ['as' star_target])+ ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'with' statement on line %d"
  [ASYNC] a='with' '(' ','.(expressions ['as' star_target])+ ','? ')' ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'with' statement on line %d"
invalid_try_stmt
  a='try' ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'try' statement on line %d"
  'try' ':' block !('except' | 'finally') -> error() "expected 'except' or 'finally' block"
  'try' ':' block* except_block+ a='except' b='*' expression ['as' NAME] ':' -> error(a, b) "cannot have both 'except' and 'except*' on the same 'try'"
  'try' ':' block* except_star_block+ a='except' [expression ['as' NAME]] ':' -> error(a) "cannot have both 'except' and 'except*' on the same 'try'"
invalid_except_stmt
  'except' '*'? a=expression ',' expressions ['as' NAME ] ':' -> error(a, here) "multiple exception types must be parenthesized"
  a='except' '*'? expression ['as' NAME ] NEWLINE -> error() "expected ':'"
  a='except' NEWLINE -> error() "expected ':'"
  a='except' '*' (NEWLINE | ':') -> error() "expected one or more exception types"
invalid_finally_stmt
  a='finally' ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'finally' statement on line %d"
invalid_except_stmt_indent
  a='except' expression ['as' NAME ] ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'except' statement on line %d"
  a='except' ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'except' statement on line %d"
invalid_except_star_stmt_indent
  a='except' '*' expression ['as' NAME ] ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'except*' statement on line %d"
invalid_match_stmt
  "match" subject_expr NEWLINE -> error() "expected ':'" @10 Pattern matching is
  a="match" subject=subject_expr ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'match' statement on line %d"
invalid_case_block
  "case" patterns guard? NEWLINE -> error() "expected ':'"
  a="case" patterns guard? ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'case' statement on line %d"
invalid_as_pattern
  or_pattern 'as' a="_" -> error(a) "cannot use '_' as a target"
  or_pattern 'as' !NAME a=expression -> error(a) "invalid pattern target"
invalid_class_pattern
  name_or_attr '(' a=invalid_class_argument_pattern -> error(first:a, last:a) "positional patterns follow keyword patterns"
invalid_class_argument_pattern
  [positional_patterns ','] keyword_patterns ',' a=positional_patterns -> a
invalid_if_stmt
  'if' named_expression NEWLINE -> error() "expected ':'"
  a='if' a=named_expression ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'if' statement on line %d"
invalid_elif_stmt
  'elif' named_expression NEWLINE -> error() "expected ':'"
  a='elif' named_expression ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'elif' statement on line %d"
invalid_else_stmt
  a='else' ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'else' statement on line %d"
invalid_while_stmt
  'while' named_expression NEWLINE -> error() "expected ':'"
  a='while' named_expression ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'while' statement on line %d"
invalid_for_stmt
  [ASYNC] 'for' star_targets 'in' star_expressions NEWLINE -> error() "expected ':'"
  [ASYNC] a='for' star_targets 'in' star_expressions ':' NEWLINE !INDENT -> indent(a) "expected an indented block after 'for' statement on line %d"
invalid_def_raw
  [ASYNC] a='def' NAME '(' [params] ')' ['->' expression] ':' NEWLINE !INDENT -> indent(a) "expected an indented block after function definition on line %d"
invalid_class_def_raw
  'class' NAME ['(' [arguments] ')'] NEWLINE -> error() "expected ':'"
  a='class' NAME ['(' [arguments] ')'] ':' NEWLINE !INDENT -> indent(a) "expected an indented block after class definition on line %d"
invalid_double_starred_kvpairs
  ','.double_starred_kvpair+ ',' invalid_kvpair
  expression ':' a='*' bitwise_or -> error(a, here) "cannot use a starred expression in a dictionary value"
  expression a=':' &('}'|',') -> error(a) "expression expected after dictionary key and ':'"
invalid_kvpair
  a=expression !(':') -> colon(a) "':' expected after dictionary key"
  expression ':' a='*' bitwise_or -> error(a, here) "cannot use a starred expression in a dictionary value"
  expression a=':' &('}'|',') -> error(a) "expression expected after dictionary key and ':'"
`
