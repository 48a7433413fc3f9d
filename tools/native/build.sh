# shellcheck shell=bash
# To be sourced after tools/sanitizers.sh: builds the kernels, without R, and the programs of this
# folder.

# The newest clang there is, with its sanitizers and fuzzer.
clang=$(compgen -c clang | grep -xE 'clang(-[0-9]+)?' | sort -V | tail -n 1)
debian_of[${clang:=clang}]="clang libclang-rt-14-dev"

# Division by 0 is left to IEEE 754: quotients of divergences rely on it.
export sanitizers=address,undefined,float-cast-overflow
export VALGRIND_OPTS="--suppressions=$PWD/tools/native/valgrind.supp"

# Builds of the driver, by name. Whatever is reported ends the program by SIGABRT, so that it names
# the case; an option, not a flag, ends the fuzzer's: clang takes minutes over kernels.c with that.
asan=(gcc -O1 -fopenmp "-fsanitize=$sanitizers" -fno-sanitize-recover=all)
canaries=(gcc -O2 -fopenmp)
msan=("$clang" -O1 -fsanitize=memory)
fuzzer=("$clang" -O1 "-fsanitize=fuzzer,$sanitizers")
export ASAN_OPTIONS=abort_on_error=1:handle_abort=0:allow_user_segv_handler=0
export MSAN_OPTIONS=abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:abort_on_error=1

# The sources below the glue, with the parts of the scratch kept apart: scratch_apart.h takes
# the place of scratch.h.
lay_apart() { # FOLDER
  cp src/*.[ch] "$1/"
  rm -f "$1"/init.[ch] "$1"/glue.[ch] "$1"/*_r.[ch]
  cp tools/native/scratch_apart.h "$1/scratch.h"
}

# Warnings about what the two replaced functions leave unused, and clang's about pragmas, aside.
kernel_flags=(-std=c99 -D_POSIX_C_SOURCE=200809L -g1 -fno-omit-frame-pointer -Wall -Wextra -Werror
  -Wno-unknown-pragmas -Wno-unused-function -Wno-pass-failed)

# Compiles FOLDER/*.c (see lay_apart) and the program MAIN of tools/native into OUT, files side
# by side. Objects lie beside OUT; one that is there is not made again.
build_kernels() { # OUT FOLDER MAIN LOG COMPILER FLAG...
  local out=$1 folder=$2 main=$3 log=$4 file object objects=() missing=()
  mkdir -p "$out.objects"
  # kernels.c takes longest, so it goes first.
  for file in "$folder"/kernels.c "$folder"/*.c tools/native/*.c; do
    case $file in */drive.c | */fuzz_*.c) [ "${file##*/}" = "$main.c" ] || continue ;; esac
    object=$out.objects/$(basename "$file" .c).o
    [[ " ${objects[*]} " != *" $object "* ]] || continue
    objects+=("$object")
    [ -e "$object" ] || missing+=("$file")
  done
  local compile=("${@:5}" "${kernel_flags[@]}" "-I$folder" -Itools/native -Itools/native/include)
  # shellcheck disable=SC2016 # for the inner shell
  local one='"${@:3}" -c "$2" -o "$1/$(basename "$2" .c).o"'
  printf '%s\n' "${missing[@]}" |
    xargs -r -P 2 -I '{}' bash -c "$one" _ "$out.objects" '{}' "${compile[@]}" >"$log" 2>&1 &&
    "${@:5}" -g "${objects[@]}" -o "$out" -lm >>"$log" 2>&1 && return 0
  echo "$out does not build:" >&2
  head -n 20 "$log" >&2
  return 2
}
