// SPDX-License-Identifier: Apache-2.0
// The kernels of format/kernels_inl.h, avx2.
#if !defined(KWIC_KERNEL_NAME)
#define KWIC_KERNEL_NAME "avx2"
#define KWIC_KERNEL_NAMESPACE avx2
#endif
#if defined(__x86_64__)
#include "format/kernels_inl.h"
#endif
