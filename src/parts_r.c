/* An X that R reads block by block: from memory, files or a function of the user's. */
#include "parts_r.h"

#include <string.h>

#include "pass.h"

/* What is read, and the blocks that are in memory at present. */
typedef struct {
  SEXP read;           /* a closure of the block's number, from 1 */
  SEXP held;           /* a list: by slot, the block there */
  size_t at[MOST_CHUNKS]; /* its number, from 1; 0: none */
  data_matrix whole;
  data_parts parts;
} r_parts;

/* The type of an X in parts is dense where this is pointed to. */
static const double dense_form = 0;

static void check_part(const r_parts *p, size_t i, const data_matrix *x)
{
  const size_t columns = (size_t)(p->parts.start[i + 1] - p->parts.start[i]);
  if (x->m != p->whole.m || x->n != columns || (x->dense == NULL) != (p->whole.dense == NULL))
    Rf_error("internal: block %d is another than was looked at", (int)i + 1);
}

/* A block that its slot still holds is not read again. The last one is let go before the next is
 * read, so that there is one in memory for each slot. */
static void read_part(void *from, size_t i, size_t slot, data_matrix *out)
{
  r_parts *p = from;
  if (p->at[slot] != i + 1) {
    p->at[slot] = 0;
    SET_VECTOR_ELT(p->held, (R_xlen_t)slot, R_NilValue);
    SEXP number = PROTECT(Rf_ScalarInteger((int)i + 1));
    SEXP call = PROTECT(Rf_lang2(p->read, number));
    SET_VECTOR_ELT(p->held, (R_xlen_t)slot, Rf_eval(call, R_GlobalEnv));
    UNPROTECT(2);
    p->at[slot] = i + 1;
  }
  *out = data_arg(VECTOR_ELT(p->held, (R_xlen_t)slot));
  check_part(p, i, out);
  out->masked = p->whole.masked;
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

SEXP parts_slots(void) { return Rf_allocVector(VECSXP, MOST_CHUNKS); }

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
                          list_count(x, "entries"), list_count(x, "most"), read_part, p};
  p->whole.parts = &p->parts;
  return p->whole;
}

int is_in_parts(SEXP x)
{
  SEXP names = Rf_getAttrib(x, R_NamesSymbol);
  return TYPEOF(x) == VECSXP && TYPEOF(names) == STRSXP && XLENGTH(x) > 0 &&
         strcmp(CHAR(STRING_ELT(names, 0)), "read") == 0;
}
