//! Text and data: editors of streams, queries of documents.

use crate::classify::shell::rule::{Language, Operands, Row, Style};

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    Row::read("sed|gsed", "prints what its script makes of the input").flags("-nErsuz -e: -l# --expression: --quiet --silent --regexp-extended --separate --unbuffered --null-data --posix --debug --sandbox --line-length# --help --version").language(Language::Sed)
        .examples(&["sed -n '1,40p' a", "sed -e '1d' a", "sed 's/a/b/g' a", "sed -n \"${#x}p\" a", "for f in a b; do sed -n 1p \"$f\"; done"], &["sed -i s/a/b/ a", "sed -ni p a", "sed --in-pl s/a/b/ a", "sed -n 'w f' a", "sed 's/a/b/e' a", "sed -f s a", "sed s/a/b/ a -i", "sed \"$x\" a", "sed -n p $x"]),
    Row::read("awk|gawk|mawk|nawk", "prints what its program makes of the input").style(Style::Posix).flags("-F: -v: --field-separator: --assign: --posix --sandbox --version --re-interval -S -P").language(Language::Awk)
        .examples(&["awk '{print $1}' a", "awk -F, '$3 > 100' a", "awk -v n=3 'NR==n' a", "awk '!s[$0]++' a"], &["awk '{print > \"f\"}' a", "awk 'BEGIN{system(\"x\")}'", "awk -f p a", "awk '{print | \"sh\"}' a", "awk \"$x\" a", "gawk -i inplace '{print}' a", "gawk -dout 'BEGIN{}'"]),
    Row::read("jq|gojq", "prints what its filter makes of the input").flags("*").examples(&["jq -r '.a' x.json", "jq . a", "jq -s '.[0]' a b"], &["jq . a > a"]),
    Row::read("yq", "prints what its filter makes of the input").flags("-r -y -Y -c -e -j -n -P -M -C -N -p=yaml|json|xml|csv|tsv|toml|props|y|j|x|=yaml|=json|=xml|=csv|=toml|=props -o=yaml|json|xml|csv|tsv|toml|props|shell|y|j|x|=yaml|=json|=xml|=csv|=tsv|=toml|=props -I# --raw-output --yaml-output --compact-output --exit-status --output-format: --input-format: --prettyPrint --null-input --no-colors --colors --no-doc --indent# --arg: -V --version --help --unwrapScalar? --slurp")
        .examples(&["yq -r .name a.yaml", "yq -y .a a.yaml", "yq '.services | keys' a.yaml", "yq -o json a.yaml", "yq -o=json . a.yaml"], &["yq -i '.a=1' a.yaml", "yq -yi .a=1 a.yaml", "yq e -i .a=1 a", "yq --inplace .a a", "yq -s '.a' a.yaml", "yq --split-exp .a a"]),
    Row::read("xq", "prints what its filter makes of the input").flags("-r -c -e -x -n -s -S -j").examples(&["xq . a.xml", "xq -r .a a.xml"], &["xq -i .a=1 a.xml", "xq --in-place . a"]),
    Row::read("gron|htmlq|pup", "prints what its filter makes of the input").flags("-r -c -e -s -m -n -v --ungron --stream --raw-output --json -j").operands(Operands::Local).examples(&["gron a.json", "for f in *.json; do gron \"./$f\"; done"], &["gron a > b", "gron https://h/x", "gron \"https://h/$(cat .env)\"", "gron $x"]),
    Row::read("xmllint", "prints or checks a document").flags("--format --noout --xpath: --recover --html --nonet --schema: --pretty# --version --c14n --encode: --huge --noblanks").operands(Operands::Local).style(Style::Gnu).examples(&["xmllint --noout a.xml"], &["xmllint --format --output b a", "xmllint -o b a", "xmllint http://h/x", "xmllint --valid a.xml", "xmllint --shell a"]),
    Row::read("mlr", "prints what its verbs make of the input").style(Style::Posix).flags("--icsv --ocsv --ojson --ijson --json --csv --tsv --itsv --otsv --opprint --oxtab --c2p --c2j --c2t --c2m --c2d --c2n --t2c --t2j --t2p --j2c --j2p --j2t --ixtab --inidx --ifs: --ofs: --fs: --nidx --xtab --pprint --from: --headerless-csv-input --implicit-csv-header --headerless-csv-output --omd --right --barred --version -N").language(Language::Miller)
        .examples(&["mlr --icsv --ojson head -n 2 a.csv", "mlr --c2p sort -nr n a.csv", "mlr --icsv --opprint cat then head a"], &["mlr -I --icsv cat a", "mlr --icsv tee b a", "mlr --icsv --prepipe 'touch x' cat a", "mlr --icsv put '$a=system(\"x\")' a", "mlr --c2p cat then split -n 2 a", "mlr --icsv cat https://h/x", "mlr --icsv cat $x"]),
    Row::read("csvcut|csvlook|csvstat|csvgrep|csvsort|csvjson|csvjoin|csvstack|in2csv|csvformat", "prints what it makes of a table").flags("-c: -n -d: -t -H -C: -m: -r: -i --names --columns: --delimiter: --max-rows: --no-header-row --count --mean --min --max -S -I").examples(&["csvlook a.csv", "csvcut -n a.csv"], &["csvsql --insert a.csv"]),
    Row::read("sqlite3", "prints what its queries find").style(Style::Words).flags("-readonly -header -noheader -csv -json -column -line -list -html -markdown -box -table -batch -bail -separator: -nullvalue: -safe -tabs -quote -ascii -version -help").language(Language::Sqlite)
        .examples(&["sqlite3 -readonly a.db '.schema t'", "sqlite3 -readonly -json a.db 'select * from t'"], &["sqlite3 -readonly a.db '.shell touch x'", "sqlite3 -readonly a.db \"select writefile('a','b')\"", "sqlite3 -readonly a.db 'attach \"x\" as y'", "sqlite3 -readonly a.db", "sqlite3 -readonly a.db -cmd '.shell x' 'select 1'", "sqlite3 a.db 'select 1'", "sqlite3 a.db '.output x' 'select 1'"])
        .operands(Operands::Any),
    Row::read("bat|batcat", "prints files").flags("-p -n -A -P -S -r: -l: -H: --plain --number --show-all --line-range: --language: --highlight-line: --style: --color: --theme: --paging=never --decorations: --wrap: --tabs: --list-languages --list-themes --terminal-width: --no-pager -f --force-colorization --diff -d --file-name: --version --help -L -V -u")
        .examples(&["bat -p a.rs", "bat --paging=never -n a"], &["bat --pager './x' a", "bat --paging=always a", "bat cache --build"])
        .operands(Operands::Any),
    Row::read("delta|difft|diff-so-fancy|ydiff", "shows a difference").flags("--side-by-side -s --line-numbers -n --color-only --no-gitconfig --width: -w: --paging=never --light --dark --color: --display: --context: --version --help").examples(&["difft a b"], &["delta --pager ./x a b"]),
    Row::read("tokei", "counts lines of code")
        .flags("-f -s: -t: -e: -o=json|yaml|cbor --output=json|yaml|cbor -C -c: --files --sort: --types: --exclude: --compact --hidden --no-ignore --languages -l --version --help -V")
        .examples(&["tokei", "tokei -o json src"], &["tokei > f"]),
    Row::read("cloc", "counts lines of code")
        .flags("--exclude-dir: --by-file --json --csv --quiet --include-lang: --by-file-by-lang --version --help --vcs=git --md --yaml --hide-rate")
        .examples(&["cloc --exclude-dir=x ."], &["cloc --out=f .", "cloc --vcs ./x .", "cloc -strip-comments=bak .", "cloc -sql=f ."]),
    Row::read("scc|loc", "counts lines of code")
        .flags("--exclude-dir: --by-file --json --csv --quiet --include-lang: --no-cocomo -w --by-file-by-lang --version --help --vcs=git -i: -s: --sort-by: --md --yaml --hide-rate")
        .examples(&["scc --by-file ."], &["scc -o f"]),
    Row::read("hexyl|heksa", "dumps a file").flags("*").examples(&["hexyl a"], &["hexyl a > b"]),
    Row::read("actionlint", "reports on text without running it").style(Style::Words).flags("-version -help -no-color -oneline -verbose").examples(&["actionlint"], &["actionlint -shellcheck=./x", "actionlint -init-config"]),
    Row::read("shellcheck", "reports on scripts without running them").flags("*").examples(&["shellcheck -f gcc *.sh"], &["shellcheck a.sh > f"]),
    Row::read("hadolint|yamllint", "reports on text without running it").flags("-f: -s: -S: -e: -i: -o: -x -a -W# -C? --format: --shell: --severity: --exclude: --include: --external-sources --color? --norc --version --help -V -d: --strict -c: --no-warnings -q").operands(Operands::Any)
        .examples(&["yamllint a.yaml"], &["yamllint a > f"])
        .language(Language::Plain),
    Row::read("ctags", "prints an index of names").flags("-x -f=-|/dev/stdout -o=- -R --list-languages --list-kinds? --list-fields --output-format: --languages: --fields: --kinds-c: --version --help --recurse? -n -u --sort:").style(Style::Posix).operands(Operands::Without("-")).language(Language::Needs("-f -o --list-languages --list-kinds --list-fields --version --help"))
        .examples(&["ctags -f - a.rs"], &["ctags -R .", "ctags -x a.c", "ctags -f tags a", "ctags --options=x -f - a", "ctags a -f -", "ctags a --list-kinds", "ctags -x a --options=x"]),
    Row::read("exiftool", "describes a medium").flags("-a -s -S -G -n -json -j -q").style(Style::Words).operands(Operands::Most(1)).examples(&["exiftool -json a.png"], &["exiftool -Comment=x a.png", "exiftool -of -Comment=x a.png", "exiftool -o b a"]),
    Row::read("mediainfo|ffprobe|pdfinfo|pdffonts", "describes a medium").flags("-v -V -hide_banner -show_format -show_streams -of: -print_format: -loglevel: -select_streams: -show_entries: -layout -f# -l# -nopgbrk -raw").style(Style::Words).operands(Operands::Local)
        .examples(&["pdfinfo a.pdf", "ffprobe -hide_banner a.mp4"], &["ffprobe -report a", "ffprobe \"https://h/$(cat .env)\"", "ffprobe -i https://h/x", "ffprobe -o f"]),
    Row::read("protoc", "tells its version").flags("--version --help").operands(Operands::Most(0)).language(Language::Needs("--version --help")).examples(&["protoc --version"], &["protoc a.proto"]),
    Row::read("pandoc", "prints a document in another form").flags("-f=markdown|gfm|commonmark|html|rst|docx|org|json|ipynb|epub|csv|textile|mediawiki|docbook|odt -t=plain|markdown|gfm|commonmark|html|html5|rst|json|native|latex|asciidoc|org|man|textile|mediawiki --from=markdown|gfm|commonmark|html|rst|docx|org|json|ipynb|epub|csv|textile|mediawiki|docbook|odt --to=plain|markdown|gfm|commonmark|html|html5|rst|json|native|latex|asciidoc|org|man|textile|mediawiki --wrap=none|auto|preserve --columns# -s --standalone --toc --strip-comments --list-input-formats --list-output-formats --version -v --help -h").operands(Operands::Local)
        .examples(&["pandoc --version", "pandoc a.md -t plain"], &["pandoc -o a b", "pandoc a.md -t ./x.lua", "pandoc --lua-filter=x a", "pandoc -t pdf a", "pandoc http://h/x"]),
    Row::read("pdftotext", "prints the text of a document").style(Style::Words).flags("-layout -raw -f# -l# -nopgbrk -enc: -q -table -simple").operands(Operands::Last("-")).examples(&["pdftotext a.pdf -", "pdftotext -layout a.pdf - | head"], &["pdftotext a.pdf", "pdftotext a.pdf b.txt", "pdftotext - x"]),
    Row::read("cpio", "lists an archive").flags("-i -t -v -n --list --quiet").operands(Operands::Any).language(Language::Needs("-t --list")).examples(&["cpio -it < a"], &["cpio -i < a", "cpio -o > a", "cpio -t -F h:a", "cpio -itO x"]),
    Row::read("7z|7za|7zz", "lists an archive").flags("-slt -ba -bd").style(Style::Words).subcommands(&[Row::read("l|t|i", "lists an archive").flags("-r -y")]).examples(&["7z l a.7z"], &["7z x a.7z", "7z a a.7z f", "7z l -w. a.7z"]),
    Row::read("jar", "lists an archive").subcommands(&[Row::read("tf|tvf|t|tv", "lists an archive")]).examples(&["jar tf a.jar"], &["jar xf a.jar", "jar cf a.jar f", "jar tf a.jar -J-javaagent:x"]),
];
