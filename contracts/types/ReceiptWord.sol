// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev The receipt of an anchored batch. `batch` counts from 1, so the zero word means that there is no receipt.
///
///   255     137 136    136 135     104 103        40 39       0
///   ┌──────────┬──────────┬───────────┬─────────────┬──────────┐
///   │    0     │ disowned │   count   │    batch    │   time   │
///   └──────────┴──────────┴───────────┴─────────────┴──────────┘
type ReceiptWord is uint256;

using ReceiptWordLibrary for ReceiptWord global;

library ReceiptWordLibrary {
    uint256 private constant DISOWNED = 1 << 136;

    function pack(uint40 moment, uint64 number, uint32 leaves) internal pure returns (ReceiptWord) {
        return ReceiptWord.wrap((uint256(leaves) << 104) | (uint256(number) << 40) | moment);
    }

    function exists(ReceiptWord self) internal pure returns (bool) {
        return ReceiptWord.unwrap(self) != 0;
    }

    function time(ReceiptWord self) internal pure returns (uint40) {
        return uint40(ReceiptWord.unwrap(self));
    }

    function batch(ReceiptWord self) internal pure returns (uint64) {
        return uint64(ReceiptWord.unwrap(self) >> 40);
    }

    function count(ReceiptWord self) internal pure returns (uint32) {
        return uint32(ReceiptWord.unwrap(self) >> 104);
    }

    function disowned(ReceiptWord self) internal pure returns (bool) {
        return ReceiptWord.unwrap(self) & DISOWNED != 0;
    }

    function withDisowned(ReceiptWord self) internal pure returns (ReceiptWord) {
        return ReceiptWord.wrap(ReceiptWord.unwrap(self) | DISOWNED);
    }
}
