//! Archives and copies: programs that write unless they are asked what they would do.

use crate::classify::shell::rule::{Language, Operands, Row, Style};

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    Row::read("zip", "lists an archive").style(Style::Words).flags("-sf --show-files -v -h --version --help").operands(Operands::MostUnless(0, "-sf --show-files")).language(Language::Needs("-sf --show-files -v -h --version --help"))
        .examples(&["zip -sf a.zip", "zip -v", "zip --version", "zip -h"], &["zip o a", "zip -h o a", "zip --help o a", "zip -v o a", "zip -sf -m o a", "zip -r o a", "zip -T a.zip", "zip -sf -sf- new a", "zip -sf -lf lg a.zip"]),
    Row::read("unsquashfs", "lists an archive").style(Style::Words).options_first().flags("-l -ll -lls -s -stat -help -h").operands(Operands::Most(1)).language(Language::Needs("-l -ll -lls -s -stat -help -h"))
        .examples(&["unsquashfs -ll a.squashfs", "unsquashfs -s a.squashfs"], &["unsquashfs a.squashfs", "unsquashfs a.squashfs -l", "unsquashfs -li a.squashfs", "unsquashfs -version a.squashfs", "unsquashfs -l -d out a.squashfs", "unsquashfs -ef f a.squashfs"]),
    Row::read("lsdiff", "lists the files of a patch").flags("-s -n -v -H -E -p# --number --status --verbose --strip-match# --strip# --help --version")
        .examples(&["lsdiff a.patch", "lsdiff -s -p1 a.patch", "git diff | lsdiff"], &["lsdiff --in-place a.patch", "lsdiff --remove-timestamps --in-place a", "lsdiff $x"]),
    Row::read("rsync", "tells what would be copied").flags("-avnrltpgoDhiuczxHAXSmWPqdRIOJ8 --dry-run --list-only --archive --verbose --recursive --delete --delete-before --delete-after --delete-during --delete-delay --delete-excluded --exclude: --include: --stats --itemize-changes --checksum --size-only --existing --ignore-existing --ignore-times --update --progress --partial --human-readable --compress --links --perms --times --owner --group --no-owner --no-group --no-perms --no-times --hard-links --one-file-system --prune-empty-dirs --max-size: --min-size: --version --help").operands(Operands::Without(":")).language(Language::Needs("-n --dry-run --list-only --version --help"))
        .examples(&["rsync -avn --delete src/ dst/", "rsync --dry-run -av --exclude=.git a/ b/", "rsync --list-only a/", "rsync --version"], &["rsync -av a/ b/", "rsync -avn a/ h:b/", "rsync -avn rsync://h/m b/", "rsync -avn -e ./x a/ b/", "rsync -avn --rsh=./x a/ b/", "rsync -avn --log-file=f a/ b/", "rsync -avn --write-batch=f a/ b/", "rsync -avn --only-write-batch=f a/ b/", "rsync -avn --no-dry-run a/ b/", "rsync -avn --no-n a/ b/", "rsync -avn --files-from=:f a/ b/", "rsync -avn $x b/", "rsync -avn \"$x\" b/", "rsync --dry a/ b/", "rsync -av --daemon -n"]),
];
