namespace ClinicPortal.Ui.Reference;

/// <summary>The JSON API as a person reads it.</summary>
/// <param name="Origin">Scheme and host that the page was called on; the examples use it.</param>
public sealed record ReferenceModel(string Origin, IReadOnlyList<ReferenceGroup> Groups, IReadOnlyList<ReferenceCode> Codes);

public sealed record ReferenceGroup(string Name, IReadOnlyList<ReferenceOperation> Operations);

/// <param name="Id">Operation id; the anchor on the page.</param>
/// <param name="Roles">Who may call it.</param>
/// <param name="Curl">A call that could be made as it stands, but for ids.</param>
public sealed record ReferenceOperation(
    string Id, string Method, string Path, string? Summary, string? Description, IReadOnlyList<string> Roles,
    IReadOnlyList<ReferenceField> Parameters, IReadOnlyList<ReferenceField> Body, IReadOnlyList<ReferenceAnswer> Answers, string Curl);

/// <param name="Name">With the path to it: <c>caller.kind</c>, <c>dispatches[].state</c>.</param>
/// <param name="Place">Where a parameter goes: path, query or header; null for a field.</param>
/// <param name="Values">Of an enum.</param>
public sealed record ReferenceField(
    string Name, string? Place, string Type, bool Required, IReadOnlyList<string> Values, string? Description);

/// <param name="Fields">Empty for refusals, which all look alike.</param>
public sealed record ReferenceAnswer(int Status, bool IsRefusal, IReadOnlyList<ReferenceField> Fields);

/// <param name="Code">Stable; the anchor on the page, so that a problem's type leads here.</param>
public sealed record ReferenceCode(string Code, string Meaning);
