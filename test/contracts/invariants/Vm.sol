// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The few powers over the chain that the test runner lends to these tests.
interface Vm {
    /// @dev The next call comes from `sender`.
    function prank(address sender) external;

    function warp(uint256 timestamp) external;
}

Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
