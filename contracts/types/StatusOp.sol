// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev A change of the status at `index`, four bytes in the call data.
///
///   31                     8 7      4 3      0
///   ┌───────────────────────┬────────┬────────┐
///   │         index         │  from  │   to   │
///   └───────────────────────┴────────┴────────┘
type StatusOp is uint32;

using StatusOpLibrary for StatusOp global;

library StatusOpLibrary {
    function index(StatusOp self) internal pure returns (uint256) {
        return StatusOp.unwrap(self) >> 8;
    }

    function from(StatusOp self) internal pure returns (uint8) {
        return uint8(StatusOp.unwrap(self) >> 4) & 15;
    }

    function to(StatusOp self) internal pure returns (uint8) {
        return uint8(StatusOp.unwrap(self)) & 15;
    }
}
