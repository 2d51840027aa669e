# Applies GILCHECK_SANITIZE and the fuzzer's coverage instrumentation to every target that follows,
# third-party C code included: a sanitizer that sees half a program reports half of the errors.
if(GILCHECK_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "GILCHECK_FUZZ needs clang; use `cmake --preset fuzz`")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(GILCHECK_SANITIZE)
  add_compile_options(-fsanitize=${GILCHECK_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${GILCHECK_SANITIZE})
  add_compile_definitions(GILCHECK_SANITIZED)
endif()
