// SPDX-License-Identifier: Apache-2.0
// The kernels of format/kernels_inl.h, portable.
#if !defined(KWIC_KERNEL_NAME)
#define KWIC_KERNEL_NAME "portable"
#define KWIC_KERNEL_NAMESPACE portable
#endif
#include "format/kernels_inl.h"
