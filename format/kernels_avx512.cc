// SPDX-License-Identifier: Apache-2.0
// The kernels of format/kernels_inl.h, avx512.
#if !defined(KWIC_KERNEL_NAME)
#define KWIC_KERNEL_NAME "avx512"
#define KWIC_KERNEL_NAMESPACE avx512
#endif
#if defined(__x86_64__)
#include "format/kernels_inl.h"
#endif
