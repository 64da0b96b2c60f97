# SPDX-License-Identifier: Apache-2.0
# What kwic is built with. The reader needs FlatBuffers headers, LZ4, xxHash
# headers and utf8proc; the builder also simdjson.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
find_path(KWIC_FLATBUFFERS_INCLUDE flatbuffers/flatbuffers.h REQUIRED)
find_program(KWIC_FLATC flatc REQUIRED)
pkg_check_modules(SIMDJSON REQUIRED IMPORTED_TARGET simdjson)

# xxHash is compiled into us; nothing of it is linked.
add_library(kwic_xxhash_headers INTERFACE)
target_include_directories(kwic_xxhash_headers SYSTEM INTERFACE ${XXHASH_INCLUDE_DIRS})
target_compile_definitions(kwic_xxhash_headers INTERFACE XXH_INLINE_ALL)

# The schema becomes a header at build time: a committed one would compile with
# one exact version of FlatBuffers only.
set(KWIC_GENERATED "${CMAKE_CURRENT_BINARY_DIR}/generated")
set(KWIC_SCHEMA_HEADER "${KWIC_GENERATED}/index_file_generated.h")
add_custom_command(
  OUTPUT "${KWIC_SCHEMA_HEADER}"
  COMMAND "${KWIC_FLATC}" --cpp --cpp-std c++17 --scoped-enums
          -o "${KWIC_GENERATED}" "${CMAKE_CURRENT_SOURCE_DIR}/format/index_file.fbs"
  DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/format/index_file.fbs"
  COMMENT "Generating index_file_generated.h")
add_custom_target(kwic_schema DEPENDS "${KWIC_SCHEMA_HEADER}")
