# The parser runtime (target tree_sitter) and the Python grammar (target tree_sitter_python), built
# from the Python source distributions pinned in third_party/tree-sitter*.lock.
#
# The archives come from the user's cache, found by hash; scripts/fetch_sdists.sh fills it. They are
# unpacked into the build tree.
if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(sdist_cache $ENV{XDG_CACHE_HOME}/gilcheck/sdists)
else()
  set(sdist_cache $ENV{HOME}/.cache/gilcheck/sdists)
endif()
set(sdist_tree ${PROJECT_BINARY_DIR}/third_party)

# Unpacks the archive with this hash, fetching it when the cache does not have it; the folder it
# unpacks to, in `result`.
function(gilcheck_unpack_sdist hash result)
  set(unpacked ${sdist_tree}/${hash})
  if(NOT EXISTS ${unpacked}.complete)
    foreach(attempt RANGE 1)
      set(found "")
      file(GLOB archives ${sdist_cache}/*.tar.gz)
      foreach(archive IN LISTS archives)
        file(SHA256 ${archive} actual)
        if(actual STREQUAL hash)
          set(found ${archive})
        endif()
      endforeach()
      if(found OR attempt EQUAL 1)
        break()
      endif()
      message(STATUS "Fetching the sources of tree-sitter")
      find_package(Python 3.9 QUIET COMPONENTS Interpreter)
      execute_process(
        COMMAND ${PROJECT_SOURCE_DIR}/scripts/fetch_sdists.sh ${sdist_cache} ${Python_EXECUTABLE}
        RESULT_VARIABLE status)
    endforeach()
    if(NOT found)
      message(FATAL_ERROR "No archive with SHA-256 ${hash} in ${sdist_cache}, and fetching it "
                          "failed (status ${status}). `scripts/setup.sh` says more.")
    endif()
    file(REMOVE_RECURSE ${unpacked})
    file(ARCHIVE_EXTRACT INPUT ${found} DESTINATION ${unpacked})
    file(TOUCH ${unpacked}.complete)
  endif()
  file(GLOB folder LIST_DIRECTORIES true ${unpacked}/*)
  set(${result} ${folder} PARENT_SCOPE)
endfunction()

# The pinned hash of `package` in a lock file.
function(gilcheck_locked_hash lock package result)
  set(path ${PROJECT_SOURCE_DIR}/third_party/${lock})
  set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  file(STRINGS ${path} line REGEX "^${package}==")
  if(NOT line MATCHES "--hash=sha256:([0-9a-f]+)")
    message(FATAL_ERROR "${path} pins no ${package}")
  endif()
  set(${result} ${CMAKE_MATCH_1} PARENT_SCOPE)
endfunction()

# The names of the external tokens, in order: what a grammar and its scanner have to agree on.
function(gilcheck_external_tokens parser result)
  file(STRINGS ${parser} lines REGEX "^ +ts_external_token_[A-Za-z_]+ = [0-9]+,$")
  list(TRANSFORM lines STRIP)
  set(${result} "${lines}" PARENT_SCOPE)
endfunction()

gilcheck_locked_hash(tree-sitter.lock tree-sitter hash)
gilcheck_unpack_sdist(${hash} runtime)
gilcheck_locked_hash(tree-sitter.lock tree-sitter-python hash)
gilcheck_unpack_sdist(${hash} grammar)
gilcheck_locked_hash(tree-sitter-scanner.lock tree-sitter-python hash)
gilcheck_unpack_sdist(${hash} scanner)

gilcheck_external_tokens(${grammar}/src/parser.c grammar_tokens)
gilcheck_external_tokens(${scanner}/src/parser.c scanner_tokens)
if(NOT grammar_tokens OR NOT grammar_tokens STREQUAL scanner_tokens)
  message(FATAL_ERROR "The external scanner does not belong to this version of the grammar")
endif()

# Between 0.23.6 and 0.25.0 the scanner learned one thing, the prefix of template strings (PEP 750),
# which it treats as that of f-strings.
set(scanner_source ${sdist_tree}/scanner.c)
file(READ ${scanner}/src/scanner.c scanner_text)
set(f_prefix "lexer->lookahead == 'f' || lexer->lookahead == 'F'")
string(REPLACE "${f_prefix}" "${f_prefix} || lexer->lookahead == 't' || lexer->lookahead == 'T'"
               scanner_text_with_templates "${scanner_text}")
if(scanner_text STREQUAL scanner_text_with_templates)
  message(FATAL_ERROR "The external scanner does not look at string prefixes where expected")
endif()
file(CONFIGURE OUTPUT ${scanner_source} CONTENT "${scanner_text_with_templates}" @ONLY)

set(GILCHECK_PARSER_OPTIMISATION "-O2" CACHE STRING
    "Optimisation level of tree-sitter and the grammar, whatever the build type")

add_library(tree_sitter STATIC ${runtime}/tree_sitter/core/lib/src/lib.c)
target_include_directories(tree_sitter SYSTEM PUBLIC ${runtime}/tree_sitter/core/lib/include)
target_include_directories(tree_sitter PRIVATE ${runtime}/tree_sitter/core/lib/src)
target_compile_definitions(tree_sitter PRIVATE _POSIX_C_SOURCE=200112L _DEFAULT_SOURCE)

# The headers of the runtime's inside, as <lib/src/...>, for who reads its trees directly.
add_library(tree_sitter_inside INTERFACE)
target_include_directories(tree_sitter_inside SYSTEM INTERFACE ${runtime}/tree_sitter/core)

# Declares `const TSLanguage* tree_sitter_python()`; include "tree_sitter/api.h" for the type.
add_library(tree_sitter_python STATIC ${grammar}/src/parser.c ${scanner_source})
target_include_directories(tree_sitter_python PRIVATE ${grammar}/src)
target_link_libraries(tree_sitter_python PUBLIC tree_sitter)

foreach(target tree_sitter tree_sitter_python)
  # The sdists ship sources for an extension module; their assertions are for grammar authors.
  target_compile_definitions(${target} PRIVATE NDEBUG)
  target_compile_options(${target} PRIVATE -w ${GILCHECK_PARSER_OPTIMISATION})
  # Scanners are called through unprototyped C function types, which clang's check rejects.
  if(GILCHECK_SANITIZE AND CMAKE_C_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${target} PRIVATE -fno-sanitize=function)
  endif()
endforeach()
