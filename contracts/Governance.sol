// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @title Who governs the registries
/// @notice OpenZeppelin's AccessManager, with one way less. Roles and the functions that belong to each are listed in
/// `types/Roles.sol`; what is scheduled, executed and cancelled is in its events.
///
///    COUNCIL ──schedule──▶ pending ──after the delay──▶ executed
///                            │
///    GUARDIAN ─────cancel────┘
///
/// WARNING: `setTargetClosed` on a registry also closes it to the guardian, and a function that is mapped to no role
/// belongs to ADMIN.
contract Governance is AccessManager {
    /// @param initialAdmin the deployer; it hands its role on and renounces it before the deployment ends
    constructor(address initialAdmin) AccessManager(initialAdmin) {}

    /// @dev A registry's `setAuthority` is called by nobody, at once or announced: it belongs to ADMIN and cannot be mapped
    /// to another role, so GUARDIAN could not cancel it. `updateAuthority`, which does the same, it can.
    function canCall(
        address caller,
        address target,
        bytes4 selector
    ) public view override returns (bool immediate, uint32 delay) {
        if (selector == IAccessManaged.setAuthority.selector) return (false, 0);
        return super.canCall(caller, target, selector);
    }
}
