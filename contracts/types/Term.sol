// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @dev A half-open interval of ledger time, [from, until), in seconds since 1970. It is empty if `until <= from`, like
/// the zero word.
///
///   255          80 79      40 39       0
///   ┌──────────────┬──────────┬──────────┐
///   │      0       │  until   │   from   │
///   └──────────────┴──────────┴──────────┘
type Term is uint256;

using TermLibrary for Term global;

library TermLibrary {
    function pack(uint40 start, uint40 end) internal pure returns (Term) {
        return Term.wrap((uint256(end) << 40) | start);
    }

    function from(Term self) internal pure returns (uint40) {
        return uint40(Term.unwrap(self));
    }

    function until(Term self) internal pure returns (uint40) {
        return uint40(Term.unwrap(self) >> 40);
    }

    function contains(Term self, uint256 time) internal pure returns (bool) {
        return self.from() <= time && time < self.until();
    }
}
