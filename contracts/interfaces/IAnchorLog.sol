// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The log of issued batches
/// @notice One Merkle root for each batch of credentials. A receipt proves that its organisation was accredited for the
/// purpose when the batch was anchored.
///
/// An organisation's running hash covers everything that it has anchored or disowned, in order:
///
///   H0   = keccak256(abi.encode("dojang/AnchorLog/1", chainid, this, org))
///   next = keccak256(abi.encode(prev, keccak256("anchored"), org, purpose, root, batch, count, manifest, timestamp))
///        | keccak256(abi.encode(prev, keccak256("disowned"), org, purpose, root, timestamp))
interface IAnchorLog {
    event Anchored(
        uint32 indexed org,
        bytes32 indexed purpose,
        bytes32 indexed root,
        uint64 batch,
        uint32 count,
        bytes32 manifest,
        bytes32 chain
    );
    event Disowned(uint32 indexed org, bytes32 indexed purpose, bytes32 indexed root, uint64 batch, bytes32 chain);

    error RootZero(bytes32 purpose); // 0xcda04b09
    error CountZero(bytes32 purpose, bytes32 root); // 0xfcc71140
    error AlreadyAnchored(uint32 org, bytes32 purpose, bytes32 root, uint64 batch); // 0xfc3a782e
    error NotAnchored(uint32 org, bytes32 purpose, bytes32 root); // 0xc8eb71e7
    error AlreadyDisowned(uint32 org, bytes32 purpose, bytes32 root); // 0x29ca4139

    /// @notice Anchors a batch for the caller's organisation. The caller must have the capability ANCHOR, its
    /// organisation must be active, and its grant for `purpose` live. A second call reverts, so a retry is safe.
    /// @param purpose keccak256 of `issue:<vct>`
    /// @param root of the batch's Merkle tree
    /// @param count leaves of the tree, including padding
    /// @param manifest hash of the files that are stored off the ledger: see docs/auditor.md, Manifests
    /// @return batch the number of the organisation's batches, including this one
    function anchor(bytes32 purpose, bytes32 root, uint32 count, bytes32 manifest) external returns (uint64 batch);

    /// @notice Declares permanently that the batch must not be trusted. Called by the organisation's administrator or a
    /// guardian.
    function disown(uint32 org, bytes32 purpose, bytes32 root) external;

    /// @return time of the block; zero if there is no such batch
    /// @return batch its number within the organisation, from 1
    /// @return count leaves of the tree, including padding
    /// @return disowned whether the batch must not be trusted
    function receipts(
        uint32 org,
        bytes32 purpose,
        bytes32 root
    ) external view returns (uint40 time, uint64 batch, uint32 count, bool disowned);

    /// @return batches number of batches that the organisation has anchored
    /// @return credentials number of leaves in all batches, including padding
    /// @return chain the running hash; H0 before the first batch
    function heads(uint32 org) external view returns (uint64 batches, uint64 credentials, bytes32 chain);
}
