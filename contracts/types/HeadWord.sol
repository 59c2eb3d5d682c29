// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev How much an organisation has anchored: batches, and leaves over all of them.
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

    /// @dev The head after one more batch of `count` leaves. Neither counter can overflow: each of 2^64 batches
    /// would have to be a transaction, and 2^64 leaves take 2^32 of the largest.
    function next(HeadWord self, uint32 count) internal pure returns (HeadWord) {
        unchecked {
            return HeadWord.wrap(HeadWord.unwrap(self) + (uint256(count) << 64) + 1);
        }
    }
}
