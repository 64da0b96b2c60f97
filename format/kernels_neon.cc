// SPDX-License-Identifier: Apache-2.0
// The kernels of format/kernels_inl.h, neon.
#include "format/kernels.h"
#if defined(KWIC_HAS_NEON)
#define KWIC_NEON 1
#if !defined(KWIC_KERNEL_NAME)
#define KWIC_KERNEL_NAME "neon"
#define KWIC_KERNEL_NAMESPACE neon
#endif
#include "format/kernels_inl.h"
#endif
