// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The functions of the test runner that these tests use.
interface Vm {
    /// @dev Sets the sender of the next call.
    function prank(address sender) external;

    function warp(uint256 timestamp) external;
}

Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
