// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev 128 two-bit statuses in one storage slot, with the indexes and the byte order of the IETF Token Status List.
/// The 32 bytes of slot w are bytes [32w, 32w + 32) of the list, so a node publishes the unchanged words, concatenated.
/// For the indexes 128w + 0..127:
///
///   byte   0 (most significant)      byte 31
///   ┌────┬────┬────┬────┐           ┌─────┬─────┬─────┬─────┐
///   │ s3 │ s2 │ s1 │ s0 │  ...      │ s127│ s126│ s125│ s124│
///   └────┴────┴────┴────┘           └─────┴─────┴─────┴─────┘
///    7..6 5..4 3..2 1..0
type StatusWord is uint256;

using StatusWordLibrary for StatusWord global;

uint8 constant STATUS_VALID = 0;
/// @dev Revoked; final.
uint8 constant STATUS_INVALID = 1;
uint8 constant STATUS_SUSPENDED = 2;

/// @dev The number of statuses in a word.
uint256 constant STATUSES_PER_WORD = 128;

library StatusWordLibrary {
    /// @dev The low bit of each of the 128 lanes.
    uint256 private constant LANES = 0x5555555555555555555555555555555555555555555555555555555555555555;

    function get(StatusWord self, uint256 index) internal pure returns (uint8) {
        return uint8((StatusWord.unwrap(self) >> _offsetOf(index)) & 3);
    }

    /// @dev The caller has checked that `status` is at most 3.
    function withStatus(StatusWord self, uint256 index, uint8 status) internal pure returns (StatusWord) {
        uint256 offset = _offsetOf(index);
        return StatusWord.wrap((StatusWord.unwrap(self) & ~(uint256(3) << offset)) | (uint256(status) << offset));
    }

    /// @dev The lanes that are INVALID in `self` and not in `next`, for all 128 lanes at once. It is zero if no revoked
    /// credential changes.
    function revived(StatusWord self, StatusWord next) internal pure returns (uint256 lanes) {
        return _invalid(StatusWord.unwrap(self)) & ~_invalid(StatusWord.unwrap(next));
    }

    /// @dev The lanes with the value 01: the low bit is set and the high bit is not.
    function _invalid(uint256 word) private pure returns (uint256 lanes) {
        return word & ~(word >> 1) & LANES;
    }

    /// @dev The bit offset of index `i` (mod 128). Bytes count from the left, lanes within a byte from the right.
    function _offsetOf(uint256 i) private pure returns (uint256) {
        unchecked {
            // No underflow: the masked byte number is at most 31.
            return (31 - ((i >> 2) & 31)) * 8 + (i & 3) * 2;
        }
    }
}
