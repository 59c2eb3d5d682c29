// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev The number of batches that an organisation has anchored, and the number of leaves in all of them.
///
///   255                  128 127         64 63         0
///   ┌───────────────────────┬──────────────┬────────────┐
///   │           0           │ credentials  │  batches   │
///   └───────────────────────┴──────────────┴────────────┘
type HeadWord is uint256;

using HeadWordLibrary for HeadWord global;

library HeadWordLibrary {
    function batches(HeadWord self) internal pure returns (uint64) {
        return uint64(HeadWord.unwrap(self));
    }

    function credentials(HeadWord self) internal pure returns (uint64) {
        return uint64(HeadWord.unwrap(self) >> 64);
    }

    /// @dev The head after one more batch of `count` leaves. Neither counter can overflow: it would take 2^64
    /// transactions, or 2^32 batches of the largest size.
    function next(HeadWord self, uint32 count) internal pure returns (HeadWord) {
        unchecked {
            return HeadWord.wrap(HeadWord.unwrap(self) + (uint256(count) << 64) + 1);
        }
    }
}
