# Makes the Swift half of the SDK from Debian's packages. A part of packaging/arm64-sdk, which sources this.
# shellcheck shell=bash disable=SC2154
tools=$(dirname "$(readlink -f "$(command -v swiftc)")")
version=$(pinned | sed -n 's#.*/swiftlang_\([0-9.]*\)\.orig\.tar\.xz$#\1#p')
compiled=$(fetched "$(pinned | awk '$2 ~ /swiftlang_.*_arm64\.deb$/ { print $2 }')")
sources=$(fetched "$(pinned | awk '$2 ~ /swiftlang_.*\.orig\.tar\.xz$/ { print $2 }')")

say "The Swift runtime of Debian's swiftlang $version, for the compiler that is here"
source_of=$work/source
mkdir -p "$work/compiled" "$source_of"
dpkg-deb --fsys-tarfile "$compiled" | tar --extract --directory "$work/compiled" --wildcards './usr/libexec/swift/lib/swift_static/*'
tar --extract --xz --file "$sources" --directory "$source_of" --strip-components=1 \
  "swiftlang-$version"/swift-{foundation,corelibs-libdispatch,collections}
mv "$work/compiled/usr/libexec/swift/lib/swift_static" "$runtime"
# The compiler brings its own headers; modules in binary form are for the compiler that made them alone.
rm -rf "$runtime"/{embedded,clang} "$runtime"/linux/aarch64/Dispatch.*
cp -aL "$tools/../lib/swift/clang" "$runtime/clang"
rm -rf "$runtime/clang/lib"
find "$runtime" -type f \( -name '*.swiftmodule' -o -name '*.swiftdoc' -o -name '*.swiftsourceinfo' \) -delete

"$tools/clang" --target=aarch64-linux-gnu --sysroot="$root" -O2 -fPIC -c "$here/glibc-2.36.c" -o "$work/glibc-2.36.o"
"$tools/llvm-ar" rs "$runtime/linux/libswiftCore.a" "$work/glibc-2.36.o" 2>/dev/null

common=(-target "$triple" -sdk "$root" -resource-dir "$runtime" -module-cache-path "$work/modules")

note "modules that come with an interface"
for module in Swift SwiftOnoneSupport _Builtin_float Glibc _Concurrency Synchronization _RegexParser _StringProcessing RegexBuilder Observation; do
  place=$runtime/linux/$module.swiftmodule/$triple
  [ "$module" = Swift ] && extra=(-parse-stdlib) || extra=()
  "$tools/swift-frontend" -compile-module-from-interface "$place.swiftinterface" -o "$place.swiftmodule" -module-name "$module" \
    "${common[@]}" "${extra[@]}" 2>"$work/told" || { tail -n 20 "$work/told" >&2; fail "the module $module cannot be made"; }
done
find "$runtime/linux" -name '*.swiftinterface' -delete

# The others from their sources; only what a compiler has to know, since the compiled library is there.
module() { # name, then options and files
  local name=$1 place=$runtime/linux/$1.swiftmodule
  shift
  note "$name"
  rm -rf "$place"
  mkdir "$place"
  "$tools/swiftc" "${common[@]}" -emit-module -emit-module-path "$place/$triple.swiftmodule" -module-name "$name" \
    -parse-as-library -O -wmo -static -swift-version 5 -avoid-emit-module-source-info -suppress-warnings -I "$runtime" "$@" \
    2>"$work/told" || { tail -n 20 "$work/told" >&2; fail "the module $name cannot be made"; }
}
# Which libraries a program has to be linked with that imports the module.
linked() {
  local library
  for library in "$@"; do printf '%s\n' -Xfrontend -public-autolink-library -Xfrontend "$library"; done
}
listed() { sort -u | sed 's/.*/"&"/'; }

dispatch=$source_of/swift-corelibs-libdispatch/src/swift
mapfile -t options < <(linked dispatch BlocksRuntime)
module Dispatch "${options[@]}" -module-link-name swiftDispatch -Xcc -fblocks -Xcc "-I$dispatch" -Xcc "-I$dispatch/shims" \
  -Xcc "-fmodule-map-file=$runtime/dispatch/module.modulemap" \
  "$dispatch"/{Block,Data,Dispatch,IO,Private,Queue,Source,Time,Wrapper}.swift

collections=$source_of/swift-collections/Sources
for part in OrderedCollections RopeModule InternalCollectionsUtilities; do
  grep -oE '"[^"]+\.swift"' "$collections/$part/CMakeLists.txt" | tr -d '"' | sed "s#^#$collections/$part/#"
done | listed >"$work/collections.files"
module _FoundationCollections -module-link-name _FoundationCollections -DCOLLECTIONS_SINGLE_MODULE \
  -Xfrontend -allowable-client -Xfrontend FoundationEssentials "@$work/collections.files"

# As Foundation's own build has it.
options=(-package-name SwiftFoundation -module-link-name FoundationEssentials -Xcc -D_GNU_SOURCE
  -enable-upcoming-feature InferSendableFromCaptures)
for feature in VariadicGenerics LifetimeDependence AddressableTypes AllowUnsafeAttribute BuiltinModule AccessLevelOnImport \
  StrictConcurrency Lifetimes; do
  options+=(-enable-experimental-feature "$feature")
done
for available in 6.0.2 6.1 6.2; do
  options+=(-Xfrontend -enable-experimental-feature -Xfrontend
    "AvailabilityMacro=FoundationPreview $available:macOS 15, iOS 18, tvOS 18, watchOS 11")
done
mapfile -t -O ${#options[@]} options < <(linked _FoundationCShims _FoundationCollections swiftSynchronization)
find "$source_of/swift-foundation/Sources/FoundationEssentials" -name '*.swift' | listed >"$work/foundation.files"
module FoundationEssentials "${options[@]}" "@$work/foundation.files"

# What nothing of ours uses, and modules that were not made: whoever imports one should be told at once that it is not there.
rm -rf "$runtime"/{CoreFoundation,_foundation_unicode} "$runtime"/linux/lib{Foundation,CoreFoundation,FoundationInternationalization,_FoundationICU}.a \
  "$runtime"/linux/lib{FoundationNetworking,FoundationXML,_CFURLSessionInterface,_CFXMLInterface}.a
for place in "$runtime"/linux/*.swiftmodule; do
  [ -s "$place/$triple.swiftmodule" ] || rm -rf "$place"
done
