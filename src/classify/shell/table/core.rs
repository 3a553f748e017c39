//! Files and folders: what lists, prints, describes and compares them.

use crate::classify::shell::rule::{Language, Operands, Row, Style};

const fn any(name: &'static str, reason: &'static str) -> Row<'static> {
    Row::read(name, reason).flags("*")
}

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    any("ls|dir|vdir", "lists files").examples(&["ls -la", "ls *", "/bin/ls -la", "\\ls"], &["ls > f", "./ls", "PATH=. ls", "ls $(touch x)"]),
    any("cat|tac|nl|rev|expand|unexpand|fold|fmt|od|hexdump|hd", "prints files").examples(&["cat *", "tac a | head -3", "cat \"$f\""], &["cat a > b", "cat <> f"]),
    any("head|wc|cksum|sum|md5sum|sha1sum|sha224sum|sha256sum|sha384sum|sha512sum|b2sum|shasum|md5", "prints a part or a sum of files")
        .examples(&["head -n 20 a", "wc -l < a", "head -n $n a"], &["head a > b"]),
    Row::read("tail", "prints the end of files").flags("* -# ~-f ~-F ~--f? ~--fo? ~--fol? ~--foll? ~--follo? ~--follow? -n: -c: -q -v -z -r -s: --lines: --bytes: --quiet --silent --verbose --retry --pid: --sleep-interval: --zero-terminated --max-unchanged-stats: --help --version")
        .examples(&["tail -20 a", "tail -n +10 a", "tail -f a", "tail -5 \"$x\"", "for f in *.log; do tail -5 \"$f\"; done"], &["tail a > b", "tail -5f a &", "tail -f a &"]),
    any("basename|dirname|realpath|readlink|pwd|pathchk", "prints a path").examples(&["basename a/b", "pwd -P"], &["pwd > f"]),
    any("stat|namei|du|df|lsattr|getfacl|getfattr", "describes files").examples(&["stat a", "du -sh *"], &["du > f"]),
    Row::read("file", "guesses the kinds of files").flags("-b -i -L -h -k -z -s -r -0 -v -N -F: -f: -m: -e: -P: --brief --mime --mime-type --mime-encoding --dereference --no-dereference --keep-going --separator: --files-from: --help --version --extension --uncompress")
        .examples(&["file a", "file -b --mime-type a"], &["file -C -m magic", "file --compile -m x"]),
    any("col|ul|cmp|comm|join|paste|tsort|factor|expr|numfmt|cut|tr", "prints what it computes")
        .examples(&["cut -d, -f1 a", "tr a b < a", "paste -sd+ a", "comm -3 <(sort a) <(sort b)"], &["cut -f1 a > b"]),
    any("seq", "counts").language(Language::Count).examples(&["seq 1 5", "seq -w 10", "for i in $(seq 1 $n); do echo $i; done"], &["seq 5 > f", "seq 1 inf &"]),
    Row::read("yes", "prints the same line without end").flags("--help --version").marks(&[crate::model::Mark::Endless]).examples(&["yes | head -1"], &["yes > f"]),
    Row::read("diff|colordiff", "compares files").flags("-abBdeEfiHlnNpqrstTuwyZ -# -c? -C: -D: -F: -I: -U: -u? -W: -x: -X: -S: --brief --report-identical-files --context? --unified? --normal --ed --rcs --side-by-side --width: --left-column --suppress-common-lines --show-c-function --show-function-line: --label: --expand-tabs --initial-tab --recursive --no-dereference --new-file --unidirectional-new-file --ignore-file-name-case --exclude: --exclude-from: --starting-file: --from-file: --to-file: --ignore-case --ignore-tab-expansion --ignore-trailing-space --ignore-space-change --ignore-all-space --ignore-blank-lines --ignore-matching-lines: --text --strip-trailing-cr --minimal --horizon-lines: --speed-large-files --color? --palette: --line-format: --old-line-format: --new-line-format: --unchanged-line-format: --old-group-format: --new-group-format: --changed-group-format: --unchanged-group-format: --help --version -L:")
        .examples(&["diff -u a b", "diff -rq a b", "diff <(sort a) <(sort b)", "diff -U10 a b", "diff --unchanged-line-format= --new-line-format=%L a b"], &["diff a b > c", "diff --output=x a b"]),
    Row::read("sdiff", "compares files side by side").flags("-l -s -w: -b -B -i -W -t -a -d -H --width: --suppress-common-lines --left-column").examples(&["sdiff a b"], &["sdiff -o out a b"]),
    Row::read("sort", "prints lines in order").flags("-bdfgiMhnRrVcCmsuz -k: -t: -S: --key: --field-separator: --buffer-size: --parallel# --batch-size# --ignore-leading-blanks --dictionary-order --ignore-case --general-numeric-sort --ignore-nonprinting --month-sort --human-numeric-sort --numeric-sort --random-sort --random-source: --reverse --sort: --version-sort --check? --debug --merge --stable --unique --zero-terminated --files0-from: --help --version")
        .examples(&["sort -u a", "sort -t, -k2 -n a", "sort -rn", "printf '%s\\n' b a | sort"], &["sort -o a a", "sort --output=a a", "sort a -\\o b", "sort --outp=b a", "sort -uo a a", "sort --compress-program=./x a", "sort $x", "sort -T. a"]),
    Row::read("uniq", "drops repeated lines").options_first().flags("-cdDiuz -# -f# -s# -w# --count --repeated --all-repeated? --group? --ignore-case --unique --zero-terminated --skip-fields# --skip-chars# --check-chars# --help --version").operands(Operands::Most(1))
        .examples(&["uniq -c a", "sort a | uniq -c", "uniq"], &["uniq a -c", "uniq a b", "uniq -c a b", "uniq a -c b", "uniq a{,.out}", "uniq $x"]),
    Row::read("shuf", "prints lines in any order").flags("-e -n# -r -z -i: --echo --head-count# --input-range: --repeat --zero-terminated --random-source: --help --version").examples(&["shuf -n 1 a"], &["shuf -o b a", "shuf --out=b a"]),
    Row::read("tee", "copies its input to its output").options_first().flags("-a -i -p --append --ignore-interrupts").operands(Operands::OneOf("/dev/null /dev/stdout /dev/stderr"))
        .examples(&["echo x | tee", "tee /dev/null < a"], &["tee /dev/null -a", "tee a", "tee /dev/null a", "tee -- -a", "tee $((1+1))", "tee $((1))a"]),
    Row::read("date", "tells the time").flags("-u -R -d: -r: -I? -j --utc --universal --date: --reference: --iso-8601? --rfc-3339: --rfc-email --debug --resolution --help --version -v: -n").operands(Operands::Prefix("+"))
        .examples(&["date", "date +%s", "date -d yesterday +%F"], &["date -s x", "date 010100002030", "date --set=x", "date -u 0101000030", "date -j 0101"]),
    Row::read("cal|ncal", "prints a calendar").flags("*").examples(&["cal"], &["cal > f"]),
    Row::read("base64|base32|basenc", "encodes to the output").flags("-d -D -i -w# -b# --decode --ignore-garbage --wrap# --base64 --base64url --base32 --base32hex --base16 --base2msbf --base2lsbf --z85 --help --version").operands(Operands::Most(1)).examples(&["base64 a", "echo eA== | base64 -d"], &["base64 -o out a", "base64 a b"]),
    Row::read("xxd", "dumps a file").style(Style::Words).flags("-a -b -e -E -i -p -ps -r -u -c# -g# -l: -n: -o: -s: -R: -cols# -len: -seek:").operands(Operands::Most(1)).options_first().examples(&["xxd a | head", "xxd -l 64 a"], &["xxd a b", "xxd a -e", "xxd a -l 4", "xxd -ps a b", "xxd -el a b", "xxd -r a b", "xxd a --"]),
    // An option that takes a value for one of these and none for another would hide the other's next option.
    Row::read("strings", "prints what a binary holds").flags("-adfow -# -n: -t=o|d|x -e=s|S|b|l|B|L -s: -T: -U: --all --print-file-name --bytes: --radix=o|d|x --encoding=s|S|b|l|B|L --output-separator: --target: --include-all-whitespace --unicode: --version --help").operands(Operands::NoResponse(usize::MAX))
        .examples(&["strings -n 8 a", "strings -tx a", "strings -e l a.bin | head"], &["strings @f", "strings $x", "strings -t @f a", "strings a > b"]),
    Row::read("nm|llvm-nm", "prints what a binary holds").flags("-aABCDgijlnoPprSsuUvV -f=bsd|sysv|posix|just-symbols|b|s|p|j -t=d|o|x --debug-syms --demangle? --no-demangle --dynamic --defined-only --extern-only --undefined-only --just-symbols --line-numbers --numeric-sort --no-sort --portability --print-armap --print-file-name --print-size --reverse-sort --size-sort --special-syms --synthetic --format=bsd|sysv|posix|just-symbols --radix=d|o|x --with-symbol-versions --without-symbol-versions --version --help").operands(Operands::NoResponse(usize::MAX))
        .examples(&["nm a | head", "nm -gU a", "nm -D --defined-only a.so"], &["nm --plugin ./evil.so a", "nm -j --plugin=./x.so a", "nm -j \"$u\" a", "nm @f", "nm --format @f a", "nm --radix @f a", "nm $x", "nm a > b"]),
    Row::read("readelf", "prints what a binary holds").flags("-aehlSgtsnrudVADcIWHvC -x: -p: -R: -w? -U? --all --file-header --program-headers --segments --section-headers --sections --section-groups --section-details --headers --syms --symbols --dyn-syms --lto-syms --sym-base: --demangle? --no-demangle --notes --relocs --unwind --dynamic --version-info --arch-specific --archive-index --use-dynamic --hex-dump: --string-dump: --relocated-dump: --decompress --debug-dump? --histogram --wide --silent-truncation --version --help").operands(Operands::NoResponse(usize::MAX))
        .examples(&["readelf -h a", "readelf -p .comment a", "readelf -Ws a.so"], &["readelf @f", "readelf $x", "readelf -x @f a", "readelf -h a > b"]),
    Row::read("c++filt", "prints names").flags("-_npritv -s: --strip-underscore --no-strip-underscore --no-params --no-verbose --types --no-recurse-limit --recurse-limit --format: --version --help").operands(Operands::NoResponse(usize::MAX))
        .examples(&["c++filt _ZN3fooEv", "nm a | c++filt"], &["c++filt @f", "c++filt x > f"]),
    Row::read("size|llvm-size", "prints what a binary holds").flags("-ABGdoxtfv --format=sysv|berkeley|gnu --radix=8|10|16 --common --totals --version --help").operands(Operands::NoResponse(usize::MAX))
        .examples(&["size a", "size -A a.o"], &["size @f", "size $x", "size --target=x a", "size a > f"]),
    Row::read("addr2line", "prints lines of source").flags("-aifpsCr -e: -j: -b: --addresses --inlines --functions --pretty-print --basenames --demangle? --exe: --section: --target: --version --help").operands(Operands::NoResponse(usize::MAX))
        .examples(&["addr2line -e a 0x10", "addr2line -Cfe a 0x10"], &["addr2line @f", "addr2line -e @f 0x10", "addr2line $x"]),
    Row::read("otool", "prints what a binary holds").flags("-aAbBCcDdfghIlLMmoPrStTvVXx --version --help").operands(Operands::NoResponse(usize::MAX))
        .examples(&["otool -L a", "otool -hv a"], &["otool @f", "otool $x", "otool -L a > f"]),
    Row::read("objdump", "prints what a binary holds").flags("-aCdDfghprRsStTxwz -b: -j: -m: -M: -l -G -W? --disassemble? --disassemble-all --source --syms --all-headers --file-headers --section-headers --headers --full-contents --dynamic-syms --demangle? --line-numbers --no-show-raw-insn --section: --start-address: --stop-address: --architecture: --reloc --info --version --help").operands(Operands::NoResponse(usize::MAX)).examples(&["objdump -d a"], &["objdump --plugin x a", "objdump -M @f", "objdump @f"]),
    Row::read("javap", "prints what a class holds").style(Style::Words).flags("-c -p -l -s -v -verbose -public -protected -package -private -constants -sysinfo -cp^ -classpath^ -version --version -help --help -h").operands(Operands::Sources)
        .examples(&["javap -c -p A.class", "javap -version", "javap -cp target/classes com.x.Y"], &["javap @f", "javap -J-javaagent:x A", "javap -cp http://h/x A", "javap http://h/A.class", "javap $x"]),
    Row::read("ar", "lists an archive").flags("-tpvOV").language(Language::Ar).examples(&["ar t lib.a", "ar tv lib.a", "ar -t lib.a", "ar -tv lib.a"], &["ar -x lib.a", "ar -tx lib.a", "ar -t -d lib.a x", "ar -v lib.a", "ar x lib.a", "ar rcs lib.a a.o", "ar m lib.a", "ar t @f", "ar t a @f"]),
    Row::read("tar|bsdtar", "lists an archive").language(Language::Tar)
        .examples(&["tar tf a.tar", "tar -tzf a.tgz", "tar --list --file=a.tar", "tar xOf a.tar f", "tar -cf - src | wc -c", "tar czf - -C src . | md5sum", "tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - src | sha256sum", "tar -df a.tar", "tar -I zstd -tf a.tar.zst"], &["tar -cf - $x", "tar -c src", "tar -cf - -f a.tar src", "tar -cf - -T names", "tar -cf - -g snar src", "tar -cf - --remove-files src", "tar -I zstd -xOf a.tar.zst", "tar -I 'sh x' -tf a.tar", "tar -I ./x -cf - src", "tar -cf a.tar src", "tar --create --file=- --to-command=x src", "tar -cxf -", "tar -cf - src --checkpoint-action=exec=x", "tar -dxf a.tar", "tar xf a.tar", "tar tf a.tar -I ./x", "tar tf a --checkpoint-action=exec=x", "tar tf h:a", "tar --ext -f a.tar", "tar cf a.tar f", "tar tf a.tar --index-file=x"]),
    Row::read("zipinfo", "lists an archive")
        .flags("-1 -2 -s -m -l -v -h -t -T -z -x:")
        .examples(&["zipinfo -1 a.zip"], &["zipinfo a.zip > f"]),
    Row::read("unzip", "lists an archive").options_first().flags("-l -p -t -Z -v -c -q -z -1 -2 -m -s -h -C -P: -x:").language(Language::Unzip).style(Style::Gnu).examples(&["unzip -l a.zip", "unzip -p a.zip f"], &["unzip a.zip -p", "unzip a.zip -l", "unzip -p -- -p a.zip", "unzip a.zip", "unzip -s a.zip", "unzip -2 a.zip", "unzip -T -l a.zip", "unzip -o a.zip", "unzip -q a.zip"]),
    Row::read("bzip2|bunzip2", "prints or tests compressed files").options_first()
        .flags("-c -d -t -q -v -k -f -# --stdout --decompress --test --quiet --verbose --keep --force --help")
        .language(Language::Either("-c --stdout --help", "-t --test", "-d --decompress"))
        .examples(&["bzip2 -dc a.bz2", "bzip2 -t a.bz2"], &["bzip2 a", "bzip2 -V a", "bzip2 -td a.bz2"]),
    Row::read("gzip|gunzip|xz|unxz|lzma|unlzma|zstd|unzstd|brotli", "prints or tests compressed files").options_first()
        .flags("-c -d -l -t -q -v -k -f -# --stdout --to-stdout --decompress --uncompress --list --test --quiet --verbose --keep --force --help --version -h -V").language(Language::Either("-c --stdout --to-stdout --help --version -h -V", "-l -t --list --test", "-d --decompress --uncompress"))
        .examples(&["gzip -dc a.gz", "gzip -l a.gz", "zstd -dc a.zst | head"], &["gzip a", "xz -td a.xz", "zstd -t -d a.zst", "gzip -d a.gz", "gunzip -k a.gz", "zstd -q a -o b", "xz -k a"]),
    // Another package's programs of these names take the program that unpacks by an option.
    Row::read("zcat|gzcat|bzcat|xzcat|lzcat", "prints compressed files").flags("-f -l -v -q -t -h -k -c -d -s -S: --force --quiet --keep --help --version").examples(&["zcat a.gz", "bzcat a.bz2 2>/dev/null"], &["zcat a.gz > a", "zcat --gz=./evil a.gz"]),
    Row::read("zgrep|zegrep|zfgrep|bzgrep|xzgrep", "prints lines of compressed files").flags("-# -acEFGhHiIlLnoPqsvwxyz -A# -B# -C# -m# -e: --color? --count --ignore-case --line-number --only-matching --quiet --invert-match --word-regexp --fixed-strings --extended-regexp --help --version").examples(&["zgrep -in x a.gz"], &["zgrep --gz=./evil x a.gz"]),
    Row::read("zcmp|zdiff|xzdiff|xzcmp", "compares compressed files").flags("-u -c -i -w -b -B -q -s -l -U# --help --version").examples(&["zdiff -u a.gz b.gz"], &["zdiff --gz=./evil a.gz b.gz", "bzdiff a.bz2 b.bz2"]),
    Row::read("zstdcat", "prints compressed files").flags("-q -v").examples(&["zstdcat a.zst"], &["zstdcat -o b a.zst"]),
    Row::read("column", "lays lines out").flags("*").examples(&["column -t -s, a"], &["column -t a > b"]),
    any("colrm|look|bc", "prints what it computes").flags("-q -l -s -i -h -v -e: -n").examples(&["echo 1+2 | bc"], &["bc > f"]),
    Row::read("pr", "lays pages out").flags("-# -a -d -t -T -m -n? -l# -o# -w# -W# -h: -s? -e? -i? --columns# --omit-header --merge --length# --width# --header:").examples(&["pr -2 a", "pr -mt a b"], &["pr a > b"]),
    Row::read("tree", "lists files as a tree").style(Style::Apart).flags("-adfilxqNQpugshDFrtcUvXJSACn -L# -P: -I: -H: -T: --noreport --dirsfirst --filelimit: --gitignore --prune --matchdirs --ignore-case --du --si --timefmt: --sort: --inodes --device --charset: --nolinks --fromfile --version --help --filesfirst --metafirst --hintro: --houtro: --info")
        .examples(&["tree -a -I '.git|node_modules' -L 3", "tree -d src"], &["tree -o f", "tree -Ho base out", "tree -Po x out", "tree -ao f", "tree -\\o f", "tree -R -H . -o f"]),
    Row::read("lspci", "lists devices").flags("-v -n -k -t -m -D -s: -d: -x").examples(&["lspci -nnk"], &["lspci -q", "lspci -H1"]),
    any("eza|exa|lsd|lsblk|lscpu|lsusb|lsmod|lsmem|lsns|lslocks", "lists files or devices").examples(&["eza -la", "lsblk"], &["lsblk > f"]),
    Row::read("mktemp", "prints a name").options_first().flags("-u -d -p: --dry-run --suffix: --tmpdir? -q").language(Language::Needs("-u --dry-run")).examples(&["mktemp -u"], &["mktemp -t -u", "mktemp x.XXXXXX -u", "mktemp", "mktemp -d"]),
    Row::read("ptx|csplit|split", "prints an index").flags("").operands(Operands::Most(0)).language(Language::Needs("--help --version")).flags("--help --version").examples(&["split --help"], &["split a", "ptx -G a b"]),
    Row::read("iconv", "converts to the output").flags("-f: -t: -c -s -l --from-code: --to-code: --list --silent --verbose").examples(&["iconv -f latin1 -t utf-8 a"], &["iconv -o b a", "iconv --output=b a"]),
    Row::read("dos2unix|unix2dos", "tells its version; some versions know no options and convert what is named").flags("--version --help").operands(Operands::Most(0)).language(Language::Needs("--version --help")).examples(&["dos2unix --version"], &["dos2unix -i a", "dos2unix -iso a", "dos2unix a", "dos2unix -n a b"]),
];
