// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev An account's organisation, which never changes, and its present capabilities.
///
///   255                    40 39        32 31       0
///   ┌────────────────────────┬────────────┬──────────┐
///   │           0            │capabilities│   org    │
///   └────────────────────────┴────────────┴──────────┘
type AccountWord is uint256;

using AccountWordLibrary for AccountWord global;

/// @dev The bits of `capabilities`.
uint8 constant CAPABILITY_ANCHOR = 1;
uint8 constant CAPABILITY_STATUS = 2;
uint8 constant CAPABILITIES_ALL = 3;

library AccountWordLibrary {
    function pack(uint32 owner, uint8 granted) internal pure returns (AccountWord) {
        return AccountWord.wrap((uint256(granted) << 32) | owner);
    }

    /// @return zero for an account that was never registered
    function org(AccountWord self) internal pure returns (uint32) {
        return uint32(AccountWord.unwrap(self));
    }

    function capabilities(AccountWord self) internal pure returns (uint8) {
        return uint8(AccountWord.unwrap(self) >> 32);
    }
}
