# GILCHECK_TIDY runs clang-tidy along with the compiler, so that only what changed is analysed again.
option(GILCHECK_TIDY "Run clang-tidy on every compiled file of the program" OFF)

if(GILCHECK_TIDY)
  find_program(CLANG_TIDY_PROGRAM clang-tidy-19 REQUIRED)
  # The configuration under a name made from its content: a change of it is a change of the command.
  set(tidy_config ${PROJECT_SOURCE_DIR}/.clang-tidy)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${tidy_config})
  file(SHA256 ${tidy_config} tidy_hash)
  string(SUBSTRING ${tidy_hash} 0 12 tidy_hash)
  configure_file(${tidy_config} ${PROJECT_BINARY_DIR}/clang-tidy-${tidy_hash}.yaml COPYONLY)
  set(GILCHECK_TIDY_COMMAND
      ${CLANG_TIDY_PROGRAM} --quiet
      --config-file=${PROJECT_BINARY_DIR}/clang-tidy-${tidy_hash}.yaml)
endif()

# gilcheck_warnings(TARGET [TIDY])
#
# The project's warning level, for our own code only, and clang-tidy for what ships.
function(gilcheck_warnings target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "TIDY" "" "")
  target_compile_options(
    ${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                      $<$<BOOL:${GILCHECK_WERROR}>:-Werror>)
  # GCC 12 sees overlapping copies inside std::string's operator+ (GCC bug 105651).
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  # What the sanitizers insert makes GCC suspect initialised variables; its manual says so.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND GILCHECK_SANITIZE)
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
  # libstdc++'s stable_sort calls std::get_temporary_buffer, which it declares deprecated itself. The
  # embedded tables are longer literals than a compiler has to take; those that build this do.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${target} PRIVATE -Wno-deprecated-declarations -Wno-overlength-strings)
  endif()
  if(GILCHECK_TIDY AND arg_TIDY)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "${GILCHECK_TIDY_COMMAND}")
  endif()
endfunction()
