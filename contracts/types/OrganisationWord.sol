// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Term, TermLibrary} from "./Term.sol";

/// @dev An organisation's administrator, and the term in which the organisation is active.
///
///   255     240 239     200 199     160 159                 0
///   ┌──────────┬───────────┬───────────┬─────────────────────┐
///   │    0     │   until   │   from    │        admin        │
///   └──────────┴───────────┴───────────┴─────────────────────┘
type OrganisationWord is uint256;

using OrganisationWordLibrary for OrganisationWord global;

library OrganisationWordLibrary {
    function pack(address administrator, Term active) internal pure returns (OrganisationWord) {
        return OrganisationWord.wrap((Term.unwrap(active) << 160) | uint160(administrator));
    }

    function admin(OrganisationWord self) internal pure returns (address) {
        return address(uint160(OrganisationWord.unwrap(self)));
    }

    function term(OrganisationWord self) internal pure returns (Term) {
        uint256 word = OrganisationWord.unwrap(self);
        return TermLibrary.pack(uint40(word >> 160), uint40(word >> 200));
    }
}
