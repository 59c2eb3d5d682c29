// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AnchorLog} from "../../../contracts/AnchorLog.sol";
import {Governance} from "../../../contracts/Governance.sol";
import {StatusRegistry} from "../../../contracts/StatusRegistry.sol";
import {TrustRegistry} from "../../../contracts/TrustRegistry.sol";
import {ROLE_ADMIN, ROLE_COUNCIL, ROLE_GUARDIAN} from "../../../contracts/types/Roles.sol";
import {VM} from "./Vm.sol";

/// @dev The registries after the hand-over, and all accounts. COUNCIL has two members: one without a delay, so that a
/// short history contains many acts, and one whose acts go through Governance.
abstract contract World {
    uint32 internal constant DELAY = 2 days;
    string internal constant PURPOSE = "issue:urn:test:card:1";

    address internal constant COUNCIL = address(0x1001);
    address internal constant SLOW_COUNCIL = address(0x1002);
    address internal constant GUARDIAN = address(0x1003);
    address internal constant GOVERNOR = address(0x1004);
    address internal constant ADMIN_A = address(0x1005);
    address internal constant ADMIN_B = address(0x1006);
    address internal constant ANCHOR_A = address(0x1007);
    address internal constant STATUS_A = address(0x1008);
    address internal constant BOTH_B = address(0x1009);
    address internal constant STRANGER = address(0x100a);
    uint256 internal constant ACTORS = 10;

    Governance public governance;
    TrustRegistry public trust;
    AnchorLog public log;
    StatusRegistry public registry;

    constructor() {
        VM.warp(1_800_000_000);
        governance = new Governance(address(this));
        trust = new TrustRegistry(address(governance));
        log = new AnchorLog(address(governance), trust);
        registry = new StatusRegistry(address(governance), trust);
        _writeTable();
        governance.setRoleGuardian(ROLE_COUNCIL, ROLE_GUARDIAN);
        governance.grantRole(ROLE_COUNCIL, COUNCIL, 0);
        governance.grantRole(ROLE_COUNCIL, SLOW_COUNCIL, DELAY);
        governance.grantRole(ROLE_GUARDIAN, GUARDIAN, 0);
        governance.grantRole(ROLE_ADMIN, GOVERNOR, DELAY);
        governance.renounceRole(ROLE_ADMIN, address(this));
    }

    function actor(uint256 n) internal pure returns (address) {
        return address(uint160(0x1001 + (n % ACTORS)));
    }

    /// @dev The table of `types/Roles.sol`, written a second time.
    function _writeTable() private {
        bytes4[] memory starts = new bytes4[](7);
        starts[0] = TrustRegistry.registerOrganisation.selector;
        starts[1] = TrustRegistry.describeOrganisation.selector;
        starts[2] = TrustRegistry.renewOrganisation.selector;
        starts[3] = TrustRegistry.setAdmin.selector;
        starts[4] = TrustRegistry.grant.selector;
        starts[5] = TrustRegistry.registerKey.selector;
        starts[6] = TrustRegistry.registerAccount.selector;
        governance.setTargetFunctionRole(address(trust), starts, ROLE_COUNCIL);

        bytes4[] memory stops = new bytes4[](5);
        stops[0] = TrustRegistry.deactivateOrganisation.selector;
        stops[1] = TrustRegistry.withdraw.selector;
        stops[2] = TrustRegistry.retireKey.selector;
        stops[3] = TrustRegistry.distrustKey.selector;
        stops[4] = TrustRegistry.stopAccount.selector;
        governance.setTargetFunctionRole(address(trust), stops, ROLE_GUARDIAN);

        bytes4[] memory disown = new bytes4[](1);
        disown[0] = AnchorLog.disown.selector;
        governance.setTargetFunctionRole(address(log), disown, ROLE_GUARDIAN);

        bytes4[] memory lists = new bytes4[](2);
        lists[0] = StatusRegistry.setDailyLimit.selector;
        lists[1] = StatusRegistry.setCustodian.selector;
        governance.setTargetFunctionRole(address(registry), lists, ROLE_COUNCIL);

        // Decides who can cancel these acts.
        bytes4[] memory reforms = new bytes4[](8);
        reforms[0] = governance.labelRole.selector;
        reforms[1] = governance.grantRole.selector;
        reforms[2] = governance.setRoleAdmin.selector;
        reforms[3] = governance.setGrantDelay.selector;
        reforms[4] = governance.setTargetAdminDelay.selector;
        reforms[5] = governance.setTargetClosed.selector;
        reforms[6] = governance.setTargetFunctionRole.selector;
        reforms[7] = governance.updateAuthority.selector;
        governance.setTargetFunctionRole(address(governance), reforms, ROLE_COUNCIL);
    }
}
