# Libraries from the distribution, at the versions of third_party/debian.lock.
macro(gilcheck_require package debian)
  find_package(${package} CONFIG QUIET ${ARGN})
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "${package} not found (Debian package ${debian}). "
                        "`scripts/setup.sh` installs everything the build needs.")
  endif()
endmacro()

gilcheck_require(fmt libfmt-dev)
gilcheck_require(nlohmann_json nlohmann-json3-dev)
gilcheck_require(tsl-robin-map robin-map-dev)
gilcheck_require(tomlplusplus libtomlplusplus-dev)
gilcheck_require(CLI11 libcli11-dev)
gilcheck_require(TBB libtbb-dev COMPONENTS tbb)
if(GILCHECK_TESTS)
  gilcheck_require(GTest libgtest-dev)
endif()
if(GILCHECK_BENCH)
  gilcheck_require(benchmark libbenchmark-dev)
endif()

# xxHash comes without a CMake package. The static library, so that the wheel carries it along.
find_path(XXHASH_INCLUDE_DIR xxhash.h)
find_library(XXHASH_LIBRARY NAMES libxxhash.a xxhash)
if(NOT XXHASH_INCLUDE_DIR OR NOT XXHASH_LIBRARY)
  message(FATAL_ERROR "xxHash not found (Debian package libxxhash-dev). "
                      "`scripts/setup.sh` installs everything the build needs.")
endif()
add_library(xxhash UNKNOWN IMPORTED)
set_target_properties(xxhash PROPERTIES IMPORTED_LOCATION ${XXHASH_LIBRARY}
                                        INTERFACE_INCLUDE_DIRECTORIES ${XXHASH_INCLUDE_DIR})

find_package(Threads REQUIRED)
