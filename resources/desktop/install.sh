#!/bin/sh
# Puts the fwcompare in this folder into the user's menu of applications and its command into ~/.local/bin.
# `install.sh --remove` undoes it. Run it again after the folder was moved.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
files=$here/_internal/fwcompare/resources
data=${XDG_DATA_HOME:-$HOME/.local/share}
command=$HOME/.local/bin/fwcompare
entry=$data/applications/fwcompare.desktop
drawing=$data/icons/hicolor/scalable/apps/fwcompare.svg
picture=$data/icons/hicolor/256x256/apps/fwcompare.png

if [ "${1:-}" = --remove ]; then
    rm -f -- "$command" "$entry" "$drawing" "$picture"
    exit
fi
case $here in
*[\"\`\$\\%]*)
    echo "Desktop files can't name the folder $here: move it to one without quotes, \`, \$, \\ and %." >&2
    exit 1
    ;;
esac
for file in "$command" "$entry" "$drawing" "$picture"; do
    mkdir -p -- "$(dirname -- "$file")"
done
ln -sf -- "$here/fwcompare" "$command"
cp -- "$files/icons/application/fwcompare.svg" "$drawing"
cp -- "$files/icons/application/fwcompare.png" "$picture"
{
    cat -- "$files/desktop/fwcompare.desktop"
    printf 'Exec="%s"\nTryExec=%s\n' "$here/fwcompare" "$here/fwcompare"
} >"$entry"
echo "Installed $entry; the command is $command."
