// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AnchorActs} from "./AnchorActs.sol";
import {Checks} from "./Checks.sol";
import {GovernanceActs} from "./GovernanceActs.sol";
import {TrustActs} from "./TrustActs.sol";
import {VM} from "./Vm.sol";

/// @dev All acts, on registries in use: two accredited organisations, each with accounts, a key and a list.
contract Handler is TrustActs, AnchorActs, GovernanceActs, Checks {
    constructor() {
        for (uint32 org = 1; org <= 2; ++org) {
            address admin = org == 1 ? ADMIN_A : ADMIN_B;
            VM.prank(COUNCIL);
            trust.registerOrganisation(admin, 0, NEVER, "Ministry", "https://a", "{}");
            Span memory open = Span(uint40(block.timestamp), NEVER);
            _organisations[org] = Organisation(admin, open, _description("Ministry"), keccak256("https://a"));
            VM.prank(COUNCIL);
            trust.grant(org, PURPOSE, 0, NEVER);
            _grants[org][keccak256(bytes(PURPOSE))] = open;
            VM.prank(COUNCIL);
            trust.registerKey(org, bytes32(uint256(org)), NEVER, 1);
            _keys[bytes32(uint256(org))] = Key(org, open, NEVER, 1);
        }
        _organisationCount = 2;
        _admit(1, ANCHOR_A, 1);
        _admit(1, STATUS_A, 2);
        _admit(2, BOTH_B, 3);
        VM.prank(STATUS_A);
        registry.openList(256, 6);
        _open(1, 256, 6);
        VM.prank(BOTH_B);
        registry.openList(128, 6);
        _open(2, 128, 6);
    }

    function _admit(uint32 org, address whose, uint8 capabilities) private {
        VM.prank(COUNCIL);
        trust.registerAccount(org, whose, capabilities);
        _accounts[whose] = Account(org, capabilities);
    }
}
