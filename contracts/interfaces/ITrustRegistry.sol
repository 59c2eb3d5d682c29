// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title The registry of organisations and their rights
/// @notice Organisations, their accreditations, keys and accounts. Times are seconds since 1970, and intervals are
/// [from, until). For a start, zero means the time of this block. A start cannot be in the past.
interface ITrustRegistry {
    // Organisations ------------------------------------------------------------------------------------------------

    event OrganisationRegistered(
        uint32 indexed org,
        address indexed admin,
        uint40 from,
        uint40 until,
        string name,
        string issuer,
        string info
    );
    event OrganisationDescribed(uint32 indexed org, string name, string info);
    event OrganisationTermChanged(
        uint32 indexed org,
        uint40 previousFrom,
        uint40 previousUntil,
        uint40 from,
        uint40 until
    );
    event AdminChanged(uint32 indexed org, address indexed previous, address indexed admin);

    error OrganisationUnknown(uint32 org); // 0x1882ec9e
    error OrganisationInactive(uint32 org, uint40 from, uint40 until); // 0x01502e58
    /// @dev When an organisation is registered, `org` is the id that it would have had.
    error NameEmpty(uint32 org); // 0xa2240fe6
    error AddressZero(uint32 org, string parameter); // 0x0f8f6a7a

    /// @notice Registers an organisation. Ids count from 1.
    /// @param admin may stop the organisation's own keys, accounts and batches: see `types/Roles.sol`
    /// @param from start of its term; 0 = now
    /// @param until end of its term; 2^40 - 1 = no end
    /// @param name the name shown to people, which is never taken from a credential
    /// @param issuer the URL in `iss` of its credentials, or empty if it issues none. It cannot be changed: another URL
    /// needs another organisation
    /// @param info JSON text with further public information: other names, contacts, URLs
    function registerOrganisation(
        address admin,
        uint40 from,
        uint40 until,
        string calldata name,
        string calldata issuer,
        string calldata info
    ) external returns (uint32 org);

    function describeOrganisation(uint32 org, string calldata name, string calldata info) external;

    /// @notice Ends the organisation's term now. Its accounts, its administrator and all its grants lose their effect.
    /// The receipts of batches that it anchored before stay valid.
    function deactivateOrganisation(uint32 org) external;

    /// @notice Gives a running term another end (`from` 0). If no term is running, starts a new one now (`from` 0) or
    /// later. A term with another start is refused while a term runs.
    function renewOrganisation(uint32 org, uint40 from, uint40 until) external;

    function setAdmin(uint32 org, address admin) external;

    // Grants -------------------------------------------------------------------------------------------------------

    event Granted(uint32 indexed org, bytes32 indexed purpose, string text, uint40 from, uint40 until);
    event Withdrawn(uint32 indexed org, bytes32 indexed purpose, uint40 from, uint40 until);

    /// @dev A purpose is 1 to 256 characters from "!" to "~". `position` is that of the first invalid character, or the
    /// length.
    error PurposeInvalid(uint256 position); // 0xf6905ebb
    error GrantNotLive(uint32 org, bytes32 purpose, uint40 from, uint40 until); // 0x41af648a
    error FromInPast(uint40 from, uint40 time); // 0xd01da046
    error TermRunning(uint40 from, uint40 until); // 0xfa7771e3
    error TermEmpty(uint40 from, uint40 until); // 0x40bcff98
    error TermOver(uint40 from, uint40 until); // 0x37db2961

    /// @notice Accredits an organisation for a purpose: `issue:<vct>`, `report-loss`, `provide-wallet`, `sign-chip`,
    /// `match-face`, `request:<policy hash>`.
    /// @param from 0 = now, or the start of the running term; another start is refused while a term runs
    function grant(uint32 org, string calldata purpose, uint40 from, uint40 until) external;

    /// @notice Ends the grant now. If it has not begun, it will not begin.
    function withdraw(uint32 org, bytes32 purpose) external;

    // Keys ---------------------------------------------------------------------------------------------------------

    event KeyRegistered(bytes32 indexed keyId, uint32 indexed org, uint40 from, uint40 until, uint8 uses);
    event KeyRetired(bytes32 indexed keyId, uint32 indexed org, uint40 previousUntil, uint40 until);
    event KeyDistrusted(bytes32 indexed keyId, uint32 indexed org, uint40 previousFrom, uint40 from);

    error KeyIdZero(uint32 org); // 0x62218dc5
    error KeyUsesInvalid(uint8 uses); // 0xe023b885
    error KeyExists(bytes32 keyId, uint32 org); // 0x0d3a35ee
    error KeyUnknown(bytes32 keyId); // 0x9a8256ae
    error RetireInPast(uint40 until, uint40 time); // 0x589e64c1
    error RetireOnlyEarlier(bytes32 keyId, uint40 current, uint40 until); // 0xb13680aa
    error DistrustInFuture(uint40 from, uint40 time); // 0xc8ba038a
    error DistrustOnlyEarlier(bytes32 keyId, uint40 current, uint40 from); // 0xdbb388dc

    /// @notice Registers a key. A key can be registered only once and for one organisation. Its term begins with this
    /// block.
    /// @param keyId SHA-256 of the DER SubjectPublicKeyInfo
    /// @param uses bits as in `types/KeyWord.sol`
    function registerKey(uint32 org, bytes32 keyId, uint40 until, uint8 uses) external;

    /// @notice Shortens the term of a key that is no longer used. What it signed before stays valid.
    /// @param until 0 = now
    function retireKey(bytes32 keyId, uint40 until) external;

    /// @notice Distrusts a key from time `from` on: a credential of this key counts only if it was anchored before.
    /// This is the only time in the past that a caller can set, and it can only be moved further back.
    function distrustKey(bytes32 keyId, uint40 from) external;

    // Accounts -----------------------------------------------------------------------------------------------------

    event AccountChanged(address indexed account, uint32 indexed org, uint8 previous, uint8 capabilities);

    error CapabilitiesInvalid(uint8 capabilities); // 0xdb52373e
    error AccountBelongsTo(address account, uint32 org); // 0x36ad30e0
    error AccountUnknown(address account); // 0x619d2f9a
    error AccountStopped(address account); // 0x442d4cbc
    error AccountLacks(address account, uint8 needed, uint8 capabilities); // 0xeeb32281

    /// @notice Gives an account its capabilities (bits as in `types/AccountWord.sol`) in one organisation. The
    /// organisation of an account cannot be changed.
    function registerAccount(uint32 org, address account, uint8 capabilities) external;

    /// @notice Removes all capabilities of an account.
    function stopAccount(address account) external;

    // Questions ----------------------------------------------------------------------------------------------------

    /// @return the last assigned id
    function organisationCount() external view returns (uint32);

    /// @return admin zero for an unknown organisation
    /// @return from start of its term
    /// @return until end of its term
    /// @return descriptionHash keccak256(keccak256(name) ‖ keccak256(info))
    /// @return issuerHash keccak256 of the issuer's URL
    function organisations(
        uint32 org
    ) external view returns (address admin, uint40 from, uint40 until, bytes32 descriptionHash, bytes32 issuerHash);

    function grants(uint32 org, bytes32 purpose) external view returns (uint40 from, uint40 until);

    /// @return org zero for an unknown key
    /// @return from the block time of its registration
    /// @return until the end of its term
    /// @return distrustedFrom 2^40 - 1 unless the key is distrusted
    /// @return uses bits as in `types/KeyWord.sol`
    function keys(
        bytes32 keyId
    ) external view returns (uint32 org, uint40 from, uint40 until, uint40 distrustedFrom, uint8 uses);

    function accounts(address account) external view returns (uint32 org, uint8 capabilities);

    /// @notice Whether the present terms of the organisation and of its grant both contain `time`. Replaced terms are
    /// not stored: the receipt of a batch proves what was granted when the batch was anchored.
    function isGranted(uint32 org, bytes32 purpose, uint40 time) external view returns (bool);

    /// @return whether `account` is the administrator of `org` and `org` is active now
    function isAdmin(uint32 org, address account) external view returns (bool);

    /// @notice Reverts unless `account` may anchor for `purpose` in this block.
    /// @return org the account's organisation
    function requireAnchor(address account, bytes32 purpose) external view returns (uint32 org);

    /// @notice Reverts unless `account` may write statuses in this block.
    /// @return org the account's organisation
    function requireStatus(address account) external view returns (uint32 org);
}
