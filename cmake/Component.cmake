# gilcheck_component(NAME [DEPENDS component...] [LINK library...])
#
# The static library gilcheck_NAME from all .cc files under the current directory. Headers are
# included from the repository root ("base/finding.h"). DEPENDS names the components below it,
# which is the whole of what it may include; tests/python/test_arrows.py holds sources to that.
function(gilcheck_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;LINK;EXCLUDE")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  foreach(file IN LISTS arg_EXCLUDE)
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  endforeach()
  list(TRANSFORM arg_DEPENDS PREPEND gilcheck_)
  set(target gilcheck_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    set(visibility PUBLIC)
    gilcheck_warnings(${target} TIDY)
  else()
    add_library(${target} INTERFACE)
    set(visibility INTERFACE)
  endif()
  target_include_directories(${target} ${visibility} ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} ${visibility} ${arg_DEPENDS} ${arg_LINK})
endfunction()
