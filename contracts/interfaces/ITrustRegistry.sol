// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Who may do what
/// @notice Organisations, what each is accredited for, its keys and its accounts. Times are seconds since 1970 and
/// intervals are [from, until). Where a start is asked for, zero means the time of this block: no caller can put one
/// into the past.
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
    /// @dev Of an organisation that was about to be admitted, `org` is the id that it would have had.
    error NameEmpty(uint32 org); // 0xa2240fe6
    error AddressZero(uint32 org, string parameter); // 0x0f8f6a7a

    /// @notice Admits an organisation. Ids count from 1.
    /// @param admin may stop what is the organisation's own: see `types/Roles.sol`
    /// @param from start of its term; 0 = now
    /// @param until end of its term; 2^40 - 1 = open
    /// @param name what people are shown; never taken from a credential
    /// @param issuer the URL that its credentials carry as `iss`, or empty if it issues none. It never changes:
    /// another URL is another organisation
    /// @param info JSON text with whatever else is worth publishing: other names, contacts, URLs
    function registerOrganisation(
        address admin,
        uint40 from,
        uint40 until,
        string calldata name,
        string calldata issuer,
        string calldata info
    ) external returns (uint32 org);

    function describeOrganisation(uint32 org, string calldata name, string calldata info) external;

    /// @notice Ends the organisation's term now: its accounts, its administrator and all its grants are without
    /// effect. What it anchored before stays proven.
    function deactivateOrganisation(uint32 org) external;

    /// @notice Gives a running term another end (`from` 0), or starts a new one when none is running: now (`from` 0) or
    /// later. A running term goes on: one that begins later waits until it has ended.
    function renewOrganisation(uint32 org, uint40 from, uint40 until) external;

    function setAdmin(uint32 org, address admin) external;

    // Grants -------------------------------------------------------------------------------------------------------

    event Granted(uint32 indexed org, bytes32 indexed purpose, string text, uint40 from, uint40 until);
    event Withdrawn(uint32 indexed org, bytes32 indexed purpose, uint40 from, uint40 until);

    /// @dev A purpose is 1 to 256 characters from "!" to "~"; `position` is that of the first other one, or the length.
    error PurposeInvalid(uint256 position); // 0xf6905ebb
    error GrantNotLive(uint32 org, bytes32 purpose, uint40 from, uint40 until); // 0x41af648a
    error FromInPast(uint40 from, uint40 time); // 0xd01da046
    error TermRunning(uint40 from, uint40 until); // 0xfa7771e3
    error TermEmpty(uint40 from, uint40 until); // 0x40bcff98
    error TermOver(uint40 from, uint40 until); // 0x37db2961

    /// @notice Accredits an organisation for a purpose: `issue:<vct>`, `report-loss`, `provide-wallet`, `sign-chip`,
    /// `match-face`, `request:<policy hash>`.
    /// @param from 0 = now, or the running term's start if there is one; another start is refused while a term runs
    function grant(uint32 org, string calldata purpose, uint40 from, uint40 until) external;

    /// @notice Ends the grant now; one that has not begun never begins.
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

    /// @notice Admits a key, once, ever, for one organisation. Its term begins with this block.
    /// @param keyId SHA-256 of the DER SubjectPublicKeyInfo
    /// @param uses bits as in `types/KeyWord.sol`
    function registerKey(uint32 org, bytes32 keyId, uint40 until, uint8 uses) external;

    /// @notice Shortens the key's term: an ordinary farewell, after which what it signed before stays good.
    /// @param until 0 = now
    function retireKey(bytes32 keyId, uint40 until) external;

    /// @notice From `from` on nothing signed by this key is believed unless it was anchored earlier. The one time that
    /// a caller supplies: it lies in the past and only ever moves further back.
    function distrustKey(bytes32 keyId, uint40 from) external;

    // Accounts -----------------------------------------------------------------------------------------------------

    event AccountChanged(address indexed account, uint32 indexed org, uint8 previous, uint8 capabilities);

    error CapabilitiesInvalid(uint8 capabilities); // 0xdb52373e
    error AccountBelongsTo(address account, uint32 org); // 0x36ad30e0
    error AccountUnknown(address account); // 0x619d2f9a
    error AccountStopped(address account); // 0x442d4cbc
    error AccountLacks(address account, uint8 needed, uint8 capabilities); // 0xeeb32281

    /// @notice Gives an account its capabilities (bits as in `types/AccountWord.sol`) in one organisation, for ever the
    /// same.
    function registerAccount(uint32 org, address account, uint8 capabilities) external;

    /// @notice Takes all its capabilities away.
    function stopAccount(address account) external;

    // Questions ----------------------------------------------------------------------------------------------------

    /// @return the last id given
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
    /// @return distrustedFrom 2^40 - 1 unless it is distrusted
    /// @return uses bits as in `types/KeyWord.sol`
    function keys(
        bytes32 keyId
    ) external view returns (uint32 org, uint40 from, uint40 until, uint40 distrustedFrom, uint8 uses);

    function accounts(address account) external view returns (uint32 org, uint8 capabilities);

    /// @notice Whether the present terms of the organisation and of its grant both contain `time`. A term that was
    /// replaced is forgotten here: what was granted when a batch was anchored is proven by the batch's receipt.
    function isGranted(uint32 org, bytes32 purpose, uint40 time) external view returns (bool);

    /// @return whether `account` administers `org` and `org` is active now
    function isAdmin(uint32 org, address account) external view returns (bool);

    /// @notice Reverts unless `account` may anchor for `purpose` in this block.
    /// @return org its organisation
    function requireAnchor(address account, bytes32 purpose) external view returns (uint32 org);

    /// @notice Reverts unless `account` may write statuses in this block.
    /// @return org its organisation
    function requireStatus(address account) external view returns (uint32 org);
}
