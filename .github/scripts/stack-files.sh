#!/usr/bin/env bash
# Gives the program the stack files of another repository, for one that holds nothing else: its Pulumi.<stack>.yaml, and the
# folder `files` with what those name. Run in the program's folder. Prints a commit that has the program with them, for
# `npm run plan -- --base`. The program's own branch stays where it is.
set -euo pipefail
from=${1:?the folder of the other repository} commit=${2:?a commit of it}

commit=$(git -C "$from" rev-parse --verify --quiet "$commit^{commit}") || {
    echo "$from has no commit $2: fetch all of its history (fetch-depth: 0)" >&2
    exit 1
}
rm -rf Pulumi.*.yaml files
found=0
while IFS= read -r file; do
    case $file in
    Pulumi.*.yaml) found=1 ;;
    files/*) mkdir -p "$(dirname "$file")" ;;
    *) continue ;;
    esac
    git -C "$from" show "$commit:$file" >"$file"
done < <(git -C "$from" -c core.quotePath=false ls-tree -r --name-only "$commit")
if [ "$found" = 0 ]; then
    echo "commit $commit of $from has no Pulumi.<stack>.yaml in its first folder: put the stack files there" >&2
    exit 1
fi
git add --all
tree=$(git write-tree)
git -c user.name=stack-files -c user.email=stack-files@localhost commit-tree "$tree" -p HEAD -m "The stack files of $commit"
