#!/usr/bin/env bash
# Records the golden traces: makes programs from fixed seeds, runs them on
# CPython's asyncio, and packs both.
#
#   programs.jsonl.gz  a program a line, its id saying which batch it is from
#   traces.txt.gz      "=== <id>" before the trace of each, with iteration numbers
#
# The file families lists what the programs use, separated by commas, or says
# "all". ORACLE is the folder of the program generator and the reference
# interpreter; PYTHON must be CPython 3.13.
set -euo pipefail
cd "$(dirname "$0")"

ORACLE=$(cd "${ORACLE:-../../shared/oracle}" && pwd)
PYTHON=${PYTHON:-python3}
MIXED=${MIXED:-2000}  # programs with a random choice of families
LARGE=${LARGE:-100}   # larger ones that use every family
SINGLE=${SINGLE:-100} # smaller ones of each family by itself

export PYENV_VERSION=${PYENV_VERSION:-3.13.0} PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1
case $("$PYTHON" -V) in
"Python 3.13."*) ;;
*) echo "record.sh: PYTHON is $("$PYTHON" -V); the traces need CPython 3.13" >&2; exit 1 ;;
esac

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

families=$(<families)
only=(--only "$families")
if [ "$families" = all ]; then
	only=()
	families=$(PYTHONPATH=$ORACLE "$PYTHON" -c 'import gen; print(*gen.FAMILIES, sep=",")')
fi

# batch NAME SEED COUNT [OPTION...] adds programs whose ids are NAME-s<seed>.
batch() {
	local name=$1 seed=$2 count=$3
	shift 3
	"$PYTHON" "$ORACLE/gen.py" --seed "$seed" --count "$count" --out "$tmp/batch" "$@"
	sed "s/^{\"id\": \"s/{\"id\": \"$name-s/" "$tmp/batch" >>"$tmp/programs.jsonl"
}

batch mixed 1 "$MIXED" ${only[@]+"${only[@]}"}
batch large 100001 "$LARGE" --size 12 --ops 6 --no-swarm ${only[@]+"${only[@]}"}
seed=200001
for family in ${families//,/ }; do
	batch "$family" "$seed" "$SINGLE" --size 4 --ops 3 --only "$family"
	seed=$((seed + 10000))
done

"$PYTHON" "$ORACLE/oracle.py" --compat 3.14 --iters --batch "$tmp/programs.jsonl" >"$tmp/traces.txt"
for f in programs.jsonl traces.txt; do
	gzip -9 -n <"$tmp/$f" >"$f.gz"
done
echo "$(wc -l <"$tmp/programs.jsonl") programs, $(grep -vc '^===' "$tmp/traces.txt") trace lines," \
	"$(cat ./*.gz | wc -c) bytes packed"
