# shellcheck shell=bash
# tools/sanitizers.sh, to be sourced: one function for each check of native code. tools/check-planted
# shows that each sees a planted fault; tools/check-native runs the same functions on the package.
# Each leaves its log in LOG and returns 0 when the check ran and found nothing, 1 when it
# reports something, and 2, with the reason on standard error, when it could not run at all.
# build_*() install the package of a folder into a library, run_*() run a script of R with it,
# lto_warnings() and analyse_*() read sources. Callers see to the programs by need().
#
# CALLS is an R file whose last value is a named list of calls, list(f, argument, ...), each
# small. LIBRARY comes before R_LIBS, where the dependencies of a package are looked for.
# The caller decides on R_DEFAULT_PACKAGES and, in `sanitizers`, on those of build_with_asan;
# threads are one unless the caller says otherwise.

# Packages of Debian that hold the programs, for a message and for .ci/run.
declare -A debian_of=([gcc]=r-base-dev [nm]=binutils [R]=r-base-core [valgrind]=valgrind
  [cppcheck]=cppcheck [clang-tidy]=clang-tidy)

need() { # PROGRAM...: says how to install what is missing
  local name missing=()
  for name in "$@"; do command -v "$name" >/dev/null || missing+=("${debian_of[$name]:-$name}"); done
  [ "${#missing[@]}" -eq 0 ] && return 0
  echo "missing programs: apt-get install --no-install-recommends ${missing[*]}" >&2
  return 2
}

# -- Building -------------------------------------------------------------------------------

# Reports name lines of the sources.
export METANMF_DEBUG=true

# R takes CFLAGS of the user's Makevars after PKG_CFLAGS, so that those of src/Makevars stand.
write_makevars() { # FILE CFLAGS LDFLAGS
  printf 'CFLAGS = %s\nLDFLAGS = %s\n' "$2" "$3" >"$1"
}

# Installs a copy: no object file is left in the source, and none lying there is used.
build_package() { # LIBRARY SOURCE LOG CFLAGS LDFLAGS
  local copy part status
  copy=$(mktemp -d)
  mkdir -p "$1" "$copy/package"
  for part in DESCRIPTION LICENSE NAMESPACE R src inst data; do
    [ ! -e "$2/$part" ] || cp -R "$2/$part" "$copy/package/"
  done
  rm -f "$copy"/package/src/*.o "$copy"/package/src/*.so
  write_makevars "$copy/makevars" "$4" "$5"
  # A sanitized library cannot be loaded by the R that installs it.
  env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL "R_MAKEVARS_USER=$copy/makevars" \
    "R_LIBS=$1${R_LIBS:+:$R_LIBS}" R CMD INSTALL --no-multiarch --no-docs --no-test-load \
    -l "$1" "$copy/package" >"$3" 2>&1
  status=$?
  rm -rf "$copy"
  [ "$status" -eq 0 ] && return 0
  echo "R CMD INSTALL of $2 failed:" >&2
  tail -n 20 "$3" >&2
  return 2
}

# With R's own flags and debug symbols.
build_stock() { # LIBRARY SOURCE LOG
  build_package "$1" "$2" "$3" "-g -O2 -fno-omit-frame-pointer -fpic" "-Wl,-z,relro"
}

# The same under AddressSanitizer and UBSAN, for run_under_asan() and run_under_lsan().
build_with_asan() { # LIBRARY SOURCE LOG
  local name sanitizers=${sanitizers:-address,undefined,float-cast-overflow,float-divide-by-zero}
  build_package "$1" "$2" "$3" "-g1 -O1 -fno-omit-frame-pointer -fsanitize=$sanitizers -fpic" \
    "-fsanitize=address,undefined" || return
  # A build that lost the flags would pass every run.
  name=$(sed -n 's/^Package: *//p' "$2/DESCRIPTION")
  nm -D "$1/$name/libs/$name.so" | grep -q ' __asan_report' &&
    nm -D "$1/$name/libs/$name.so" | grep -q ' __ubsan_handle' && return 0
  echo "$name was not built with the sanitizers: see $3" >&2
  return 2
}

# -- Running --------------------------------------------------------------------------------

# R's binary itself, with what its front end would set: the shell of the front end leaks, and
# would be run under the tool too. `R CMD env` gives the variables without being in the way.
run_binary() { # LIBRARY SCRIPT LOG, VARIABLE=VALUE..., COMMAND OF A TOOL...
  R CMD env "R_LIBS=$1${R_LIBS:+:$R_LIBS}" "OPENBLAS_NUM_THREADS=${OPENBLAS_NUM_THREADS:-1}" \
    "OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}" "${@:4}" "$(R RHOME)/bin/exec/R" \
    --vanilla --no-echo -f "$2" >"$3" 2>&1 </dev/null
}

run_sanitized() { # DETECT LEAKS (0 or 1), LIBRARY SCRIPT LOG
  local name file status preload=()
  for name in libasan libubsan; do
    file=$(gcc -print-file-name=$name.so)
    [ -e "$file" ] || { echo "gcc has no $name.so" >&2; return 2; }
    preload+=("$file")
  done
  run_binary "$2" "$3" "$4" "LD_PRELOAD=${preload[*]}" \
    "ASAN_OPTIONS=detect_leaks=$1" "UBSAN_OPTIONS=print_stacktrace=1"
  status=$?
  # UBSAN prints and goes on: the exit status is that of a run without a fault.
  ! grep -qE 'runtime error: |ERROR: (Address|Leak)Sanitizer' "$4" && [ "$status" -eq 0 ]
}

run_under_asan() { run_sanitized 0 "$@"; }
run_under_lsan() { run_sanitized 1 "$@"; }

# The leaks of .Call code are "possibly" lost as often as "definitely".
run_under_valgrind() { # LIBRARY SCRIPT LOG
  run_binary "$@" valgrind --tool=memcheck --leak-check=full --num-callers=20 \
    --errors-for-leak-kinds=definite,possible --error-exitcode=99
  [ $? -eq 0 ] && grep -q 'ERROR SUMMARY: 0 errors' "$3"
}

# Compiles all R code at its first call and compares its constants with copies.
run_constants() { # LIBRARY SCRIPT LOG
  run_binary "$@" R_COMPILE_PKGS=1 R_JIT_STRATEGY=4 R_CHECK_CONSTANTS=5
  [ $? -eq 0 ] && ! grep -q 'constants were modified' "$3"
}

# Runs R code over each `call` of the list, with its `name`; `report()` fails the run.
over_calls() { # R CODE, LIBRARY CALLS LOG
  local script status
  script=$(mktemp)
  cat >"$script" <<R
calls <- source("$3", local = new.env())\$value
stopifnot(length(calls) > 0L, !is.null(names(calls)))
reported <- 0L
report <- function(...) {
  cat("reported: ", ..., "\n", sep = "")
  reported <<- reported + 1L
}
for (name in names(calls)) {
  call <- calls[[name]]
  $1
}
cat(length(calls), "calls,", reported, "reported\n")
quit(status = as.integer(reported > 0L))
R
  run_binary "$2" "$script" "$4"
  status=$?
  rm -f "$script"
  [ "$status" -eq 0 ] && grep -qE '^[0-9]+ calls, 0 reported$' "$4"
}

# A collection before every allocation reuses at once what is not protected: the sign is a
# wrong value more often than a crash.
run_tortured() { # LIBRARY CALLS LOG
  over_calls '
  tortured <- function(call) {
    on.exit(gctorture(FALSE))
    gctorture(TRUE)
    value <- do.call(call[[1L]], call[-1L])
    gctorture(FALSE)
    value
  }
  plain <- do.call(call[[1L]], call[-1L])
  if (!identical(tortured(call), plain)) report(name, ": another value under gctorture")' "$@"
}

run_unchanged() { # LIBRARY CALLS LOG
  over_calls '
  # As bytes: a copy of a handle on native data points nowhere, its bytes hold those data.
  before <- serialize(call[-1L], NULL)
  do.call(call[[1L]], call[-1L])
  if (!identical(serialize(call[-1L], NULL), before)) report(name, ": an argument has changed")' "$@"
}

# -- Reading the sources ---------------------------------------------------------------------

lto_warnings() { # SOURCE LOG
  local copy status
  copy=$(mktemp -d)
  cp -R "$1/src" "$copy/"
  rm -f "$copy"/src/*.o "$copy"/src/*.so
  # R CMD INSTALL --use-LTO does nothing where R itself was built without LTO.
  write_makevars "$copy/makevars" "-O2 -flto -fpic -Wall" "-flto"
  (cd "$copy/src" && env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL "R_MAKEVARS_USER=$copy/makevars" \
    R CMD SHLIB -o linked.so ./*.c) >"$2" 2>&1
  status=$?
  rm -rf "$copy"
  if [ "$status" -ne 0 ] || ! grep -qE -- '-shared .*-flto .*linked\.so' "$2"; then
    echo "$1/src did not build with -flto:" >&2
    tail -n 20 "$2" >&2
    return 2
  fi
  ! grep -q 'Wlto-type-mismatch' "$2"
}

# Also large or variable arrays on the stack.
analyse_gcc() { # LOG OPTION... FILE...
  local file object failed=0 options
  # shellcheck disable=SC2207 # R prints several flags
  options=($(R CMD config --cppflags))
  object=$(mktemp)
  : >"$1"
  for file in "${@:2}"; do
    case $file in -*) options+=("$file"); continue ;; esac
    gcc -std=c99 -O2 -fpic -fanalyzer -Wvla -Wstack-usage=65536 -Werror "${options[@]}" \
      -c "$file" -o "$object" >>"$1" 2>&1 || failed=1
  done
  rm -f "$object"
  return "$failed"
}

analyse_cppcheck() { # LOG OPTION... FILE...
  cppcheck --quiet --enable=warning --std=c99 --error-exitcode=1 --inline-suppr \
    --suppress=missingIncludeSystem "${@:2}" >"$1" 2>&1
}

# Without the advice to replace memcpy() by a function that C99 does not have.
analyse_clang() { # LOG OPTION... FILE...
  local checks='-*,clang-analyzer-*'
  checks+=',-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling'
  # shellcheck disable=SC2046 # R prints several flags
  clang-tidy --quiet --checks="$checks" --warnings-as-errors='*' "${@:2}" -- -std=c99 \
    $(R CMD config --cppflags) >"$1" 2>&1
}
