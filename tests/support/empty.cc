// SPDX-License-Identifier: Apache-2.0
// So that the library of test support has at least one source.
