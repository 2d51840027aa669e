# gilcheck_embed(TARGET OUTPUT_NAME FILE...)
#
# Compiles the FILEs (relative to the current source directory) into TARGET and generates the header
# "<directory>/<OUTPUT_NAME>.h", where <directory> is the current source directory relative to the
# repository root:
#
#   namespace gilcheck::<directory> {
#   struct EmbeddedFile { std::string_view name; std::string_view text; };
#   std::span<const EmbeddedFile> embedded_files();   // sorted by name
#   }
#
# `name` is the path as given. The data lives as long as the program.
function(gilcheck_embed target output_name)
  file(RELATIVE_PATH directory ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(base ${PROJECT_BINARY_DIR}/generated/${directory}/${output_name})
  set(files ${ARGN})
  list(SORT files)
  list(TRANSFORM files PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE dependencies)
  string(REPLACE ";" "|" joined "${files}")
  add_custom_command(
    OUTPUT ${base}.cc ${base}.h
    COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_CURRENT_SOURCE_DIR} "-DFILES=${joined}"
            -DNAMESPACE=gilcheck::${directory} -DINCLUDE=${directory}/${output_name}.h
            -DBASE=${base} -P ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${dependencies} ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
    COMMENT "Embedding ${directory}/${output_name}"
    VERBATIM)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    return()
  endif()
  target_sources(${target} PRIVATE ${base}.cc ${base}.h)
  target_include_directories(${target} PUBLIC ${PROJECT_BINARY_DIR}/generated)
endfunction()
