#!/bin/bash -eu
bash fuzz/libfuzzer/build.sh ./fuzz
