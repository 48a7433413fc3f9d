/* An X that R reads block by block: from memory, files or a function of the user's. */
#include "parts_r.h"

#include <string.h>

#include "acts.h"

/* What is read, and the blocks that are in memory at present. */
typedef struct {
  SEXP read;           /* a closure of the block's number, from 1 */
  SEXP spread;         /* a closure of a pass over all blocks, see spread_parts(); or NULL */
  SEXP held;           /* parts_slots() */
  size_t at[MOST_CHUNKS]; /* by slot: the number of the block that was read into it, from 1 */
  data_matrix whole;
  data_parts parts;
} r_parts;

/* An X in parts whose `dense` points here is dense. */
static const double dense_form = 0;

static void check_part(const r_parts *p, size_t i, const data_matrix *x)
{
  const size_t columns = (size_t)(p->parts.start[i + 1] - p->parts.start[i]);
  if (x->m != p->whole.m || x->n != columns || (x->dense == NULL) != (p->whole.dense == NULL))
    Rf_error("internal: block %d is another than was looked at", (int)i + 1);
}

/* By slot, whose block it holds. */
static const r_parts **owners_of(SEXP slots)
{
  return (const r_parts **)(void *)RAW(VECTOR_ELT(slots, MOST_CHUNKS));
}

/* A block that its slot still holds is not read again. The last one is let go before the next is
 * read, so that there is one in memory for each slot. */
static void read_part(void *from, size_t i, size_t slot, data_matrix *out)
{
  r_parts *p = from;
  const r_parts **owner = owners_of(p->held) + slot;
  if (*owner != p || p->at[slot] != i + 1) {
    *owner = NULL;
    SET_VECTOR_ELT(p->held, (R_xlen_t)slot, R_NilValue);
    SEXP number = PROTECT(Rf_ScalarInteger((int)i + 1));
    SEXP call = PROTECT(Rf_lang2(p->read, number));
    SET_VECTOR_ELT(p->held, (R_xlen_t)slot, Rf_eval(call, R_GlobalEnv));
    UNPROTECT(2);
    p->at[slot] = i + 1;
    *owner = p;
  }
  *out = data_arg(VECTOR_ELT(p->held, (R_xlen_t)slot));
  check_part(p, i, out);
  out->masked = p->whole.masked;
}

/* What all blocks of a pass share, for R to send: list(act, w, h, known, flags, block). `known` has
 * the Gram matrix, sums, norms and means of the whole H; `flags` has wants_value, measures and
 * revives. */
static SEXP order_of(const shared *p, int act)
{
  static const char *names[] = {"act", "w", "h", "known", "flags", "block", ""};
  const size_t m = p->m, n = p->n, r = p->r;
  const side *coef = &p->coef;
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, Rf_ScalarInteger(act));
  SET_VECTOR_ELT(out, 1, Rf_allocMatrix(REALSXP, (int)m, (int)r));
  memcpy(REAL(VECTOR_ELT(out, 1)), p->basis.u.value, m * r * sizeof(double));
  SET_VECTOR_ELT(out, 2, Rf_allocMatrix(REALSXP, (int)r, (int)n));
  memcpy(REAL(VECTOR_ELT(out, 2)), coef->u.value, r * n * sizeof(double));
  SET_VECTOR_ELT(out, 3, Rf_allocVector(REALSXP, (R_xlen_t)(r * r + 3 * r)));
  double *known = REAL(VECTOR_ELT(out, 3));
  memcpy(known, coef->gram, r * r * sizeof *known);
  memcpy(known + r * r, coef->l1, r * sizeof *known);
  memcpy(known + r * r + r, coef->norm, r * sizeof *known);
  memcpy(known + r * r + 2 * r, coef->mean, r * sizeof *known);
  SET_VECTOR_ELT(out, 4, Rf_allocVector(INTSXP, 3));
  int *flags = INTEGER(VECTOR_ELT(out, 4));
  flags[0] = p->wants_value;
  flags[1] = p->measures;
  flags[2] = p->revives;
  SET_VECTOR_ELT(out, 5, Rf_ScalarReal((double)p->block));
  UNPROTECT(1);
  return out;
}

static const double *numbers_of(SEXP x, size_t count)
{
  if (TYPEOF(x) != REALSXP || (size_t)XLENGTH(x) != count)
    Rf_error("internal: a worker's answer does not fit the pass");
  return REAL(x);
}

/* The answer of a block, list(h, sums), as C_part_pass() makes it. */
static void take_answer(const r_parts *r_from, const shared *p, int act, size_t i, SEXP answer,
                        sums *to)
{
  const size_t first = (size_t)r_from->parts.start[i];
  const size_t columns = (size_t)r_from->parts.start[i + 1] - first, r = p->r;
  SEXP h = list_entry(answer, "h"), given = list_entry(answer, "sums");
  if (act == ACT_LOSS) {
    const size_t count = loss_count(p, columns);
    const double *values = numbers_of(given, count);
    for (size_t k = 0; k < count; ++k) to->value += values[k];
    return;
  }
  if (act_moves(act))
    memcpy(p->coef.u.value + first * r, numbers_of(h, r * columns), r * columns * sizeof(double));
  const int data = act_sums_data(act);
  sums_add_packed(numbers_of(given, sums_packed(to, data, p->revives)), data, p->revives, to);
}

static void spread_parts(void *from, const shared *p, int act, sums *to)
{
  const r_parts *parts = from;
  SEXP order = PROTECT(order_of(p, act));
  SEXP call = PROTECT(Rf_lang2(parts->spread, order));
  SEXP answers = PROTECT(Rf_eval(call, R_GlobalEnv));
  if (TYPEOF(answers) != VECSXP || (size_t)XLENGTH(answers) != parts->parts.count)
    Rf_error("internal: a pass by workers has an answer for each block");
  for (size_t i = 0; i < parts->parts.count; ++i)
    take_answer(parts, p, act, i, VECTOR_ELT(answers, (R_xlen_t)i), to);
  UNPROTECT(3);
}

static const int *starts_arg(SEXP start, const data_matrix *x)
{
  const R_xlen_t count = TYPEOF(start) == INTSXP ? XLENGTH(start) : 0;
  const int *at = count < 2 ? NULL : INTEGER(start);
  if (at == NULL || at[0] != 0 || (size_t)at[count - 1] != x->n)
    Rf_error("internal: the blocks do not make up `x`");
  for (R_xlen_t i = 1; i < count; ++i)
    if (at[i] < at[i - 1]) Rf_error("internal: blocks of `x` overlap");
  return at;
}

SEXP parts_slots(void)
{
  const size_t owners = MOST_CHUNKS * sizeof(r_parts *);
  SEXP out = PROTECT(Rf_allocVector(VECSXP, MOST_CHUNKS + 1));
  SET_VECTOR_ELT(out, MOST_CHUNKS, Rf_allocVector(RAWSXP, (R_xlen_t)owners));
  memset(RAW(VECTOR_ELT(out, MOST_CHUNKS)), 0, owners);
  UNPROTECT(1);
  return out;
}

data_matrix parts_arg(SEXP x, SEXP slots)
{
  SEXP dim = list_entry(x, "dim"), start = list_entry(x, "start");
  r_parts *p = (r_parts *)R_alloc(1, sizeof *p);
  if (TYPEOF(dim) != INTSXP || XLENGTH(dim) != 2) Rf_error("internal: `x` has no shape");
  memset(p, 0, sizeof *p);
  p->read = list_entry(x, "read");
  p->held = slots;
  p->whole.m = (size_t)INTEGER(dim)[0];
  p->whole.n = (size_t)INTEGER(dim)[1];
  p->whole.dense = list_flag(x, "sparse") ? NULL : &dense_form;
  p->whole.masked = list_flag(x, "masked");
  p->whole.x_norm2 = list_number(x, "x_norm2");
  p->whole.x_sum = list_number(x, "x_sum");
  p->whole.x_weight = list_number(x, "x_weight");
  p->whole.x_size = list_number(x, "x_size");
  p->parts = (data_parts){(size_t)XLENGTH(start) - 1, starts_arg(start, &p->whole),
                          list_count(x, "entries"), list_count(x, "most"), read_part, NULL, p};
  p->spread = list_entry(x, "spread");
  if (p->spread != R_NilValue) p->parts.spread = spread_parts;
  p->whole.parts = &p->parts;
  return p->whole;
}

int is_in_parts(SEXP x)
{
  SEXP names = Rf_getAttrib(x, R_NamesSymbol);
  return TYPEOF(x) == VECSXP && TYPEOF(names) == STRSXP && XLENGTH(x) > 0 &&
         strcmp(CHAR(STRING_ELT(names, 0)), "read") == 0;
}
