# Each entry but clean() has the fault of its name; see README.md.

clean <- function(x, y) .Call(C_clean, x, y)
overflow <- function(n) .Call(C_overflow, n)
uninitialised <- function(n) .Call(C_uninitialised, n)
signed <- function(n) .Call(C_signed, n)
leak <- function(n) .Call(C_leak, n)
interior <- function(n) .Call(C_interior, n)
protection <- function(n) .Call(C_protection, n)
argument <- function(x) .Call(C_argument, x)
disagreement <- function(x, y) .Call(C_disagreement, x, y)

# The compiler folds the vector to one constant of the function, which argument() writes into.
constant <- function(entry) entry(1:3 + 0.5)
