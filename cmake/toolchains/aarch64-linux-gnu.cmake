# SPDX-License-Identifier: Apache-2.0
# Builds for 64-bit ARM on another machine, and runs the tests there under qemu.
# KWIC_AARCH64_LIBRARIES is where scripts/aarch64_libraries unpacked the
# libraries; scripts/test --aarch64 does all of it.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(triple aarch64-linux-gnu)

if(NOT KWIC_AARCH64_LIBRARIES)
  set(KWIC_AARCH64_LIBRARIES "${CMAKE_SOURCE_DIR}/build/${triple}-libraries")
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES KWIC_AARCH64_LIBRARIES)

set(CMAKE_CXX_COMPILER ${triple}-g++)
set(CMAKE_LIBRARY_ARCHITECTURE ${triple})

# Programs are those of this machine, all else is that one's.
set(CMAKE_FIND_ROOT_PATH "${KWIC_AARCH64_LIBRARIES}" "/usr/${triple}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} "${KWIC_AARCH64_LIBRARIES}/usr/lib/${triple}/pkgconfig:${KWIC_AARCH64_LIBRARIES}/usr/share/pkgconfig")
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${KWIC_AARCH64_LIBRARIES}")

find_program(KWIC_QEMU_AARCH64 NAMES qemu-aarch64-static qemu-aarch64)
if(KWIC_QEMU_AARCH64)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${KWIC_QEMU_AARCH64};-L;/usr/${triple}")
endif()
