// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev A status list: the organisation that opened it, the custodian that may write it, its capacity, and the number
/// of credentials that may become INVALID on one UTC day. `used` counts those of `day` (days since 1970) and does not
/// apply to a later day.
///
///   255   192 191   160 159   128 127    96 95      64 63       32 31       0
///   ┌────────┬─────────┬─────────┬─────────┬──────────┬───────────┬──────────┐
///   │   0    │  used   │   day   │  limit  │ capacity │ custodian │   org    │
///   └────────┴─────────┴─────────┴─────────┴──────────┴───────────┴──────────┘
type ListWord is uint256;

using ListWordLibrary for ListWord global;

library ListWordLibrary {
    uint256 private constant FIELD = type(uint32).max;

    function pack(uint32 owner, uint32 entries, uint32 perDay) internal pure returns (ListWord) {
        return
            ListWord.wrap((uint256(perDay) << 96) | (uint256(entries) << 64) | (uint256(owner) << 32) | uint256(owner));
    }

    /// @return the organisation that opened the list; zero if the list was never opened
    function org(ListWord self) internal pure returns (uint32) {
        return uint32(ListWord.unwrap(self));
    }

    function custodian(ListWord self) internal pure returns (uint32) {
        return uint32(ListWord.unwrap(self) >> 32);
    }

    function capacity(ListWord self) internal pure returns (uint32) {
        return uint32(ListWord.unwrap(self) >> 64);
    }

    function limit(ListWord self) internal pure returns (uint32) {
        return uint32(ListWord.unwrap(self) >> 96);
    }

    function day(ListWord self) internal pure returns (uint32) {
        return uint32(ListWord.unwrap(self) >> 128);
    }

    function used(ListWord self) internal pure returns (uint32) {
        return uint32(ListWord.unwrap(self) >> 160);
    }

    /// @return the number of credentials that became INVALID on `today`
    function usedOn(ListWord self, uint32 today) internal pure returns (uint32) {
        return self.day() == today ? self.used() : 0;
    }

    function withCustodian(ListWord self, uint32 keeper) internal pure returns (ListWord) {
        return _replace(self, 32, keeper);
    }

    function withLimit(ListWord self, uint32 perDay) internal pure returns (ListWord) {
        return _replace(self, 96, perDay);
    }

    function withUsed(ListWord self, uint32 today, uint32 spent) internal pure returns (ListWord) {
        return _replace(_replace(self, 128, today), 160, spent);
    }

    function _replace(ListWord self, uint256 offset, uint32 value) private pure returns (ListWord) {
        return ListWord.wrap((ListWord.unwrap(self) & ~(FIELD << offset)) | (uint256(value) << offset));
    }
}
