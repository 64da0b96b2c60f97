# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where: libraries, headers, the program, the CMake
# package (find_package(kwic)) and two pkg-config files. The tree that results
# may be moved.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/kwic")

install(TARGETS kwic kwic_reader EXPORT kwicTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/kwic"
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE"
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(TARGET kwic_cli)
  install(TARGETS kwic_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# The package for CMake.
install(EXPORT kwicTargets NAMESPACE kwic:: DESTINATION ${package_dir})
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/kwicConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/kwicConfig.cmake"
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/kwicConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/kwicConfig.cmake"
              "${PROJECT_BINARY_DIR}/kwicConfigVersion.cmake"
        DESTINATION ${package_dir})

# The packages for pkg-config. Paths are relative to the file itself, so that
# the installed tree may be moved, unless the folders given are absolute.
set(pc_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR
   IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
  set(KWIC_PC_PREFIX "${CMAKE_INSTALL_PREFIX}")
  set(KWIC_PC_LIBDIR "${CMAKE_INSTALL_FULL_LIBDIR}")
  set(KWIC_PC_INCLUDEDIR "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
else()
  file(RELATIVE_PATH pc_to_prefix "/${pc_dir}" "/")
  string(REGEX REPLACE "/$" "" pc_to_prefix "${pc_to_prefix}")
  set(KWIC_PC_PREFIX "\${pcfiledir}/${pc_to_prefix}")
  set(KWIC_PC_LIBDIR "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
  set(KWIC_PC_INCLUDEDIR "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
# Nobody who links a static kwic should have to know what it needs, so there
# the needs are public; a shared one finds them by itself.
if(BUILD_SHARED_LIBS)
  set(KWIC_PC_REQUIRES "Requires.private")
else()
  set(KWIC_PC_REQUIRES "Requires")
endif()
foreach(name kwic kwic-reader)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in"
                 "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION ${pc_dir})
endforeach()
