// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @title Who governs the registries
/// @notice OpenZeppelin's AccessManager with one restriction (see `canCall`). `types/Roles.sol` lists the roles and
/// their functions. Events record what is scheduled, executed and cancelled.
///
///    COUNCIL ──schedule──▶ pending ──after the delay──▶ executed
///                            │
///    GUARDIAN ─────cancel────┘
///
/// WARNING: `setTargetClosed` on a registry also closes it to the guardian. A function that is mapped to no role
/// belongs to ADMIN.
contract Governance is AccessManager {
    /// @param initialAdmin the deployer; it grants its role to the officers and renounces it before the deployment ends
    constructor(address initialAdmin) AccessManager(initialAdmin) {}

    /// @dev Nobody can call or announce a registry's `setAuthority`. It belongs to ADMIN and cannot be mapped to
    /// another role, so GUARDIAN could not cancel it. `updateAuthority` has the same effect, and GUARDIAN can cancel
    /// it.
    function canCall(
        address caller,
        address target,
        bytes4 selector
    ) public view override returns (bool immediate, uint32 delay) {
        if (selector == IAccessManaged.setAuthority.selector) return (false, 0);
        return super.canCall(caller, target, selector);
    }
}
