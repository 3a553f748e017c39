//! What only macOS has: its programs write one way and tell another, so each needs a word that makes it tell.

use crate::classify::shell::rule::{Language, Operands, Row, Style};

/// The family's rows.
pub(crate) const ROWS: &[Row<'static>] = &[
    Row::read("mdfind|mdls", "finds and describes files")
        .style(Style::Words)
        .flags("-name: -onlyin: -count -0 -raw -nullMarker: -s: -literal -interpret ~-live")
        .examples(&["mdfind -name foo", "mdls -name kMDItemKind a", "mdfind 'kMDItemFSName == \"a\"'"], &["mdls -plist f a", "mdfind x > f"]),
    Row::read("plutil", "prints or checks a property list")
        .style(Style::Words)
        .flags("-p -lint -s")
        .language(Language::Needs("-p -lint"))
        .examples(&["plutil -p a.plist", "plutil -lint a.plist"], &["plutil -convert xml1 a.plist", "plutil -p -o f a.plist", "plutil -remove k a.plist", "plutil a.plist"]),
    Row::read("lipo", "tells what a binary holds")
        .style(Style::Words)
        .flags("-info -archs -detailed_info")
        .language(Language::Needs("-info -archs -detailed_info"))
        .examples(&["lipo -info a"], &["lipo -create a b -output c", "lipo a -thin x -output b"]),
    Row::read("codesign", "tells about signatures")
        .style(Style::Words)
        .flags("-d -v -vv -vvv -vvvv -dv -dvv -dvvv -dvvvv -display -verify -verbose? -deep -strict?")
        .language(Language::Needs("-d -dv -dvv -dvvv -dvvvv --display -display --verify -verify -v -vv -vvv -vvvv"))
        .examples(&["codesign -dv --verbose=4 a", "codesign --verify a"], &["codesign -s x a", "codesign -f -s - a", "codesign -d --entitlements f a", "codesign --remove-signature a"]),
    Row::read("spctl", "tells what may run")
        .flags("--status -a -v -vv -t: --assess --type: --verbose")
        .language(Language::NeedsWord("--status -a --assess"))
        .examples(&["spctl --status"], &["spctl --master-disable", "spctl --add x"]),
    Row::read("csrutil", "tells what may run")
        .subcommands(&[Row::read("status", "tells what may run").operands(Operands::Most(0))])
        .examples(&["csrutil status"], &["csrutil disable", "csrutil clear status", "csrutil status disable"]),
    Row::read("diskutil", "lists disks")
        .flags("-plist")
        .style(Style::Words)
        .subcommands(&[
            Row::read("list|info|listFilesystems|activity", "lists disks").flags("-all internal external physical virtual"),
            Row::read("apfs|cs", "lists volumes").subcommands(&[Row::read("list", "lists volumes")]),
        ])
        .examples(&["diskutil list", "diskutil info disk0"], &["diskutil eraseDisk x y z", "diskutil unmount x", "diskutil apfs deleteVolume x"]),
    Row::read("scutil", "tells about the network")
        .flags("--dns --proxy --nwi --get:")
        .language(Language::Needs("--dns --proxy --nwi --get"))
        .operands(Operands::Most(0))
        .examples(&["scutil --dns", "scutil --get HostName"], &["scutil --set HostName x", "scutil"]),
    Row::read("networksetup", "tells about the network")
        .style(Style::Words)
        .flags("-listallnetworkservices -listallhardwareports -listnetworkserviceorder -listlocations -getinfo -getdnsservers -getwebproxy -getsecurewebproxy -getairportnetwork -getcurrentlocation -getcomputername -getmacaddress")
        .language(Language::Needs("-listallnetworkservices -listallhardwareports -listnetworkserviceorder -listlocations -getinfo -getdnsservers -getwebproxy -getsecurewebproxy -getairportnetwork -getcurrentlocation -getcomputername -getmacaddress"))
        .examples(&["networksetup -listallnetworkservices"], &["networksetup -setdnsservers Wi-Fi 1.1.1.1", "networksetup"]),
    Row::read("pmset", "tells about power")
        .style(Style::Words)
        .flags("-g")
        .operands(Operands::OneOf("batt log assertions sched ps therm custom cap live stats everything"))
        .language(Language::Needs("-g"))
        .examples(&["pmset -g", "pmset -g batt"], &["pmset sleepnow", "pmset -a sleep 0", "pmset -g sleep 1"]),
    Row::read("ioreg|kextstat", "tells about devices")
        .flags("-abcdfilnprstwx")
        .examples(&["ioreg -l", "kextstat"], &["ioreg > f", "lsappinfo setinfo x a=b"]),
    Row::read("launchctl", "tells about services")
        .subcommands(&[Row::read(
            "list|print|print-disabled|version|managername|manageruid|managerpid|hostinfo|getenv|blame",
            "tells about services",
        )])
        .examples(&["launchctl list", "launchctl print system"], &["launchctl load x", "launchctl setenv a b", "launchctl kickstart x"]),
    Row::read("xcodebuild", "tells its version")
        .style(Style::Words)
        .flags("-version -showsdks -sdk: -help -usage")
        .operands(Operands::Most(0))
        .language(Language::Needs("-version -showsdks -help -usage"))
        .examples(&["xcodebuild -version", "xcodebuild -showsdks"], &["xcodebuild", "xcodebuild -list", "xcodebuild build", "xcodebuild -version clean"]),
    Row::read("xcrun", "tells where a tool is")
        .style(Style::Words)
        .flags("-f: -find: -show-sdk-path -show-sdk-version -show-sdk-platform-path -show-sdk-platform-version -sdk: -version -help")
        .operands(Operands::Most(0))
        .examples(&["xcrun --find clang", "xcrun --sdk macosx --show-sdk-path"], &["xcrun clang a.c", "xcrun --log x", "xcrun -r x"])
        .language(Language::Needs("-f --find -find --show-sdk-path -show-sdk-path --show-sdk-version -show-sdk-version --show-sdk-platform-path -show-sdk-platform-path --version -version --help -help")),
    Row::read("xattr", "lists attributes")
        .flags("-l -p: -r -s -v -x")
        .examples(&["xattr -l a"], &["xattr -w a b c", "xattr -c a", "xattr -d a b"]),
    Row::read("tmutil|softwareupdate", "lists what there is")
        .subcommands(&[Row::read("listbackups|latestbackup|destinationinfo|status|listlocalsnapshots", "lists what there is")])
        .examples(&["tmutil listbackups"], &["tmutil delete x", "tmutil startbackup", "softwareupdate -i -a"]),
];
