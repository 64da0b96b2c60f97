# SPDX-License-Identifier: Apache-2.0
# The rooms as object libraries, and the two libraries made of them:
#   kwic::reader  base, analysis, format, query
#   kwic::kwic    the same and index

add_library(kwic_flags INTERFACE)
target_compile_options(kwic_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor
  $<$<BOOL:${KWIC_WERROR}>:-Werror>
  # False alarms inside GCC 12's own std::string and std::vector (GCC bugs
  # 105329, 105651 and their like).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>
  # Sums of floats must be the same on every machine: no fused operations.
  -ffp-contract=off
  # So that the linker can leave out what a program does not use.
  -ffunction-sections -fdata-sections)
# Popcounts are everywhere; every x86-64 since 2009 has the instruction.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  set(KWIC_X86_BASELINE "x86-64-v2" CACHE STRING
      "-march= of everything but the kernels chosen at run time")
  target_compile_options(kwic_flags INTERFACE -march=${KWIC_X86_BASELINE})
endif()
if(KWIC_SANITIZE)
  target_compile_options(kwic_flags INTERFACE -fsanitize=${KWIC_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(kwic_flags INTERFACE -fsanitize=${KWIC_SANITIZE})
endif()
if(KWIC_TEST_NO_HASHES)
  target_compile_definitions(kwic_flags INTERFACE KWIC_TEST_NO_HASHES=1)
endif()

set(KWIC_ROOMS base analysis format index query CACHE STRING "Rooms that are built")
mark_as_advanced(KWIC_ROOMS)
set(KWIC_READER_ROOMS base analysis format query)

foreach(room IN LISTS KWIC_ROOMS)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${room}/*.cc"
       "${CMAKE_CURRENT_SOURCE_DIR}/${room}/*/*.cc")
  if(NOT sources)
    continue()
  endif()
  add_library(kwic_${room} OBJECT ${sources})
  target_include_directories(kwic_${room}
    PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/include")
  target_include_directories(kwic_${room} SYSTEM
    PRIVATE "${KWIC_GENERATED}" "${KWIC_FLATBUFFERS_INCLUDE}")
  target_link_libraries(kwic_${room} PRIVATE kwic_flags kwic_xxhash_headers
    PkgConfig::LZ4 PkgConfig::UTF8PROC)
  if(room STREQUAL "index")
    target_link_libraries(kwic_${room} PRIVATE PkgConfig::SIMDJSON
      Threads::Threads)
  endif()
  add_dependencies(kwic_${room} kwic_schema)
endforeach()

# Kernels are one source compiled once per instruction set; each has its own
# flags and is chosen at run time. See format/kernels.h. (NEON needs no flags.)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  file(GLOB avx2 "${CMAKE_CURRENT_SOURCE_DIR}/*/*_avx2.cc")
  file(GLOB avx512 "${CMAKE_CURRENT_SOURCE_DIR}/*/*_avx512.cc")
  set_source_files_properties(${avx2} PROPERTIES COMPILE_OPTIONS
    "-mavx2;-mbmi;-mbmi2;-mpopcnt;-mlzcnt")
  # gcc 12's own headers start undefined vectors from themselves.
  set(undefined -Wno-uninitialized)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND undefined -Wno-maybe-uninitialized)
  endif()
  set_source_files_properties(${avx512} PROPERTIES COMPILE_OPTIONS
    "${undefined};-mavx512f;-mavx512bw;-mavx512vl;-mavx512dq;-mavx512vbmi;-mavx512vbmi2;-mavx512vpopcntdq;-mavx512bitalg;-mavx2;-mbmi;-mbmi2;-mpopcnt;-mlzcnt")
endif()

# What runs once per opening, only to check a whole file, or for tens of
# nanoseconds of a query is compiled for size: it is half of the reader's code
# and hardly any of its time. Hashing a whole file, parsing a query and finding
# a term should be quick, and gain nothing from -O3.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND
   CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  set(cold base/file_system_posix.cc base/mapped_file.cc base/system_error.cc
    format/document_table.cc format/frequent_words.cc format/index_file.cc
    format/index_file_verify.cc format/root.cc format/term_dictionary_check.cc
    format/word_lexicon.cc query/index.cc query/match_finder.cc
    query/passage.cc query/phrase.cc query/plain_query.cc query/query_leaves.cc
    query/query_lexer.cc query/query_text.cc query/searcher.cc
    query/verify_deep.cc query/verify_postings.cc query/verify_predecessors.cc)
  list(TRANSFORM cold PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  # Clang's -Os is larger than gcc's; its -Oz is not.
  set(small $<IF:$<CXX_COMPILER_ID:GNU>,-Os,-Oz>)
  set_source_files_properties(${cold} PROPERTIES COMPILE_OPTIONS ${small})
  set(tepid analysis/word_parser.cc base/hash.cc format/body_sizes.cc
    format/doc_store.cc format/document_block.cc format/term_dictionary.cc
    format/term_figures.cc
    query/executor.cc query/matcher.cc query/plan_behind.cc query/plan_one.cc
    query/query_parser.cc query/query_terms.cc query/snippet.cc query/top_k.cc)
  list(TRANSFORM tepid PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  # Clang's -O2 is nearly as large as its -O3.
  set(middling $<IF:$<CXX_COMPILER_ID:GNU>,-O2,-Os>)
  set_source_files_properties(${tepid} PROPERTIES COMPILE_OPTIONS ${middling})
endif()

# An installed program finds the shared library beside it, wherever the two are
# moved together.
if(BUILD_SHARED_LIBS AND PROJECT_IS_TOP_LEVEL AND NOT APPLE)
  file(RELATIVE_PATH bin_to_lib "${CMAKE_INSTALL_FULL_BINDIR}"
       "${CMAKE_INSTALL_FULL_LIBDIR}")
  set(CMAKE_INSTALL_RPATH "$ORIGIN/${bin_to_lib}")
endif()

# kwic_library(TARGET NAME ROOM...) makes kwic::NAME, static or shared.
function(kwic_library name output)
  add_library(${name})
  add_library(kwic::${output} ALIAS ${name})
  foreach(room IN LISTS ARGN)
    if(TARGET kwic_${room})
      target_sources(${name} PRIVATE $<TARGET_OBJECTS:kwic_${room}>)
    endif()
  endforeach()
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_link_libraries(${name} PRIVATE PkgConfig::LZ4 PkgConfig::UTF8PROC)
  if(KWIC_SANITIZE)
    target_link_options(${name} PUBLIC -fsanitize=${KWIC_SANITIZE})
  endif()
  # Before 1.0 a minor version may change the interface, so it is part of the
  # shared library's name.
  set_target_properties(${name} PROPERTIES
    EXPORT_NAME ${output} LINKER_LANGUAGE CXX VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  get_target_property(type ${name} TYPE)
  if(type STREQUAL "SHARED_LIBRARY" AND NOT APPLE AND NOT WIN32)
    # Hidden visibility leaves instantiations of std:: templates visible; the
    # map leaves namespace kwic only.
    set(map "${CMAKE_CURRENT_SOURCE_DIR}/cmake/kwic.map")
    target_link_options(${name} PRIVATE "LINKER:--version-script=${map}"
      LINKER:--gc-sections)
    if(NOT KWIC_SANITIZE)
      target_link_options(${name} PRIVATE LINKER:-z,defs)
    endif()
    set_target_properties(${name} PROPERTIES LINK_DEPENDS "${map}")
  endif()
endfunction()

# A program starts sooner with fewer libraries to load, so ours take LZ4 and
# utf8proc from archives where there are such; what is then needed of the shared
# ones is nothing, and they are left out. The libraries we install are linked as
# ever.
find_library(KWIC_LZ4_ARCHIVE
  "${CMAKE_STATIC_LIBRARY_PREFIX}lz4${CMAKE_STATIC_LIBRARY_SUFFIX}"
  HINTS ${LZ4_LIBRARY_DIRS} ${LZ4_LIBDIR})
find_library(KWIC_UTF8PROC_ARCHIVE
  "${CMAKE_STATIC_LIBRARY_PREFIX}utf8proc${CMAKE_STATIC_LIBRARY_SUFFIX}"
  HINTS ${UTF8PROC_LIBRARY_DIRS} ${UTF8PROC_LIBDIR})
mark_as_advanced(KWIC_LZ4_ARCHIVE KWIC_UTF8PROC_ARCHIVE)

# kwic_quick_start(TARGET): for programs that link a static kwic. Call it behind
# target_link_libraries().
function(kwic_quick_start program)
  if(APPLE OR WIN32 OR BUILD_SHARED_LIBS)
    return()
  endif()
  target_link_options(${program} PRIVATE LINKER:--as-needed LINKER:-O1
    LINKER:--gc-sections)
  foreach(archive IN ITEMS "${KWIC_LZ4_ARCHIVE}" "${KWIC_UTF8PROC_ARCHIVE}")
    if(archive)
      target_link_libraries(${program} PRIVATE "${archive}")
    endif()
  endforeach()
endfunction()

kwic_library(kwic kwic ${KWIC_ROOMS})
target_link_libraries(kwic PRIVATE PkgConfig::SIMDJSON Threads::Threads)
kwic_library(kwic_reader reader ${KWIC_READER_ROOMS})

# Everything with its internals, for tests and benchmarks.
add_library(kwic_internal STATIC EXCLUDE_FROM_ALL)
foreach(room IN LISTS KWIC_ROOMS)
  if(TARGET kwic_${room})
    target_sources(kwic_internal PRIVATE $<TARGET_OBJECTS:kwic_${room}>)
  endif()
endforeach()
set_target_properties(kwic_internal PROPERTIES LINKER_LANGUAGE CXX)
target_include_directories(kwic_internal PUBLIC
  "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/include")
target_include_directories(kwic_internal SYSTEM PUBLIC
  "${KWIC_GENERATED}" "${KWIC_FLATBUFFERS_INCLUDE}")
target_link_libraries(kwic_internal PUBLIC kwic_flags kwic_xxhash_headers
  PkgConfig::LZ4 PkgConfig::UTF8PROC PkgConfig::SIMDJSON Threads::Threads)
