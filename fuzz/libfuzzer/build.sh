#!/bin/bash -eu
# Builds the native Go fuzz targets of packages for libFuzzer, in the image base-builder-go
# of OSS-Fuzz, which ClusterFuzzLite uses, too: each to $OUT/FuzzX, beside it a seed corpus
# and the dictionary of event streams.
#
#     bash build.sh ./parser ./encoder
#
# compile_native_go_fuzzer_v2 makes a package of the tests and the code together. So a
# target stands in package x, not x_test; and its name stands in one file of Go alone, in
# that folder and below.
set -o pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
hidden=()
built=0

finish() {
  restore
  rm -rf "$work"
}
trap finish EXIT

restore() {
  local file
  for file in ${hidden[@]+"${hidden[@]}"}; do mv "$file.hidden" "$file"; done
  hidden=()
}

fail() {
  echo "build.sh: $*" >&2
  exit 1
}

# The adapter replaces a file of Go's own library. Go allows that nowhere in its module
# cache, where it puts itself when go.mod asks for a newer version than the image has; and
# an adapter that an older Go has built does not understand the newer library.
own_go() {
  local goroot cache ref=fc5dc53b9db8a38c394c53d6e439a1410cf8fc19 # that of the image
  goroot=$(go env GOROOT)
  cache=$(go env GOMODCACHE)
  [[ "$goroot" == "$cache"/* ]] || return 0
  cp -r "$goroot" "$work/go"
  chmod -R u+w "$work/go"
  export GOROOT="$work/go" GOTOOLCHAIN=local PATH="$work/bin:$work/go/bin:$PATH"
  git clone -q https://github.com/AdamKorcz/go-118-fuzz-build "$work/adapter"
  git -C "$work/adapter" checkout -q "$ref"
  (cd "$work/adapter" && GOFLAGS=-mod=mod go build -o "$work/bin/go-118-fuzz-build_v2" .)
}

# hide puts the tests of package x_test out of the adapter's sight: they would be files of
# another package in the same folder.
hide() {
  local name
  for name in $(go list -f '{{join .XTestGoFiles " "}}' "$1"); do
    mv "$2/$name" "$2/$name.hidden"
    hidden+=("$2/$name")
  done
}

build_all() {
  local package=$1 dir targets target printed
  dir=$(go list -f '{{.Dir}}' "$package")
  go test -c -o "$work/test" "$package"
  [ -e "$work/test" ] || return 0 # it has no tests
  targets=$(cd "$dir" && "$work/test" -test.list '^Fuzz')
  # Targets write their seeds; no input is tried, lest one that fails keep them from being built.
  printed=$(cd "$dir" && SEED_CORPUS_FOLDER="$OUT" "$work/test" -test.run '^Fuzz/^none$' 2>&1) ||
    fail "the targets of $package do not come as far as their seeds: $printed"
  hide "$package" "$dir"
  for target in $targets; do build "$package" "$dir" "$target"; done
  restore
  rm "$work/test"
}

build() {
  local package=$1 dir=$2 target=$3
  [ ! -e "$OUT/$target" ] || fail "two targets have the name $target; the second is of $package"
  grep -q "^func $target(" "$dir"/*_test.go || fail "$target is of package $(basename "$dir")_test; move it to a test of the package itself"
  compile_native_go_fuzzer_v2 "$package" "$target" "$target"
  rm -f "$target.a" "$target.h"
  [ -e "$OUT/$target" ] || fail "compile_native_go_fuzzer_v2 did not build $target of $package; no other target may begin with its name, in that folder and below"
  cp "$here/event-stream.dict" "$OUT/$target.dict"
  built=$((built + 1))
}

export GOFLAGS="${GOFLAGS:-} -buildvcs=false" # the folder's owner is somebody else there
own_go
for package in $(go list "$@"); do build_all "$package"; done
[ "$built" -gt 0 ] || fail "no native fuzz target in $*"
echo "build.sh: $built targets"
