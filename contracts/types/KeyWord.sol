// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev A key: its organisation, the term in which it may sign, and the time from which it is distrusted.
/// `distrustedFrom` is `NEVER` until the key is distrusted.
///
///   255     160 159  152 151            112 111     72 71      32 31       0
///   ┌──────────┬────────┬──────────────────┬──────────┬──────────┬──────────┐
///   │    0     │  uses  │  distrustedFrom  │  until   │   from   │   org    │
///   └──────────┴────────┴──────────────────┴──────────┴──────────┴──────────┘
type KeyWord is uint256;

using KeyWordLibrary for KeyWord global;

/// @dev The bits of `uses`.
uint8 constant USE_CREDENTIAL = 1;
uint8 constant USE_STATUS_LIST = 2;
uint8 constant USE_WALLET = 4;
uint8 constant USE_REQUEST = 8;
uint8 constant USE_CHIP = 16;
uint8 constant USE_FACE = 32;
uint8 constant USE_REPORT = 64;
uint8 constant USES_ALL = 127;

/// @dev A time after every block.
uint40 constant NEVER = type(uint40).max;

library KeyWordLibrary {
    function pack(uint32 owner, uint40 start, uint40 end, uint8 purposes) internal pure returns (KeyWord) {
        return
            KeyWord.wrap(
                (uint256(purposes) << 152) |
                    (uint256(NEVER) << 112) |
                    (uint256(end) << 72) |
                    (uint256(start) << 32) |
                    owner
            );
    }

    /// @return zero for a key that was never registered
    function org(KeyWord self) internal pure returns (uint32) {
        return uint32(KeyWord.unwrap(self));
    }

    function from(KeyWord self) internal pure returns (uint40) {
        return uint40(KeyWord.unwrap(self) >> 32);
    }

    function until(KeyWord self) internal pure returns (uint40) {
        return uint40(KeyWord.unwrap(self) >> 72);
    }

    function distrustedFrom(KeyWord self) internal pure returns (uint40) {
        return uint40(KeyWord.unwrap(self) >> 112);
    }

    function uses(KeyWord self) internal pure returns (uint8) {
        return uint8(KeyWord.unwrap(self) >> 152);
    }

    function withUntil(KeyWord self, uint40 end) internal pure returns (KeyWord) {
        return _replace(self, 72, end);
    }

    function withDistrustedFrom(KeyWord self, uint40 moment) internal pure returns (KeyWord) {
        return _replace(self, 112, moment);
    }

    function _replace(KeyWord self, uint256 offset, uint40 value) private pure returns (KeyWord) {
        uint256 mask = uint256(type(uint40).max) << offset;
        return KeyWord.wrap((KeyWord.unwrap(self) & ~mask) | (uint256(value) << offset));
    }
}
