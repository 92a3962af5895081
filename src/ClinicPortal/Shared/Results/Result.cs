namespace ClinicPortal.Shared.Results;

/// <summary>How an expected refusal is answered at the edge: the API turns it into a status, a form into a message.</summary>
public enum ErrorKind
{
    /// <summary>What was sent is not acceptable: 422.</summary>
    Invalid,

    /// <summary>Does not exist, or not for this caller: 404, the same answer for both.</summary>
    NotFound,

    /// <summary>The caller's role may not do this: 403.</summary>
    Forbidden,

    /// <summary>The thing has moved on since the caller saw it: 409.</summary>
    Conflict,
}

/// <summary>
/// A refusal that people can understand. <paramref name="Code"/> is stable and part of the API;
/// its words are found in the module's resources under the same name.
/// </summary>
/// <param name="Code">Stable code, for example <c>dispatch.already-answered</c>.</param>
/// <param name="Kind">How the edge answers.</param>
/// <param name="Field">Name of the field it belongs to, as the API and the form call it.</param>
/// <param name="Args">Values for the placeholders of the message.</param>
public sealed record Error(string Code, ErrorKind Kind = ErrorKind.Invalid, string? Field = null, params object[] Args)
{
    public static Error NotFound(string code) => new(code, ErrorKind.NotFound);

    public static Error Forbidden(string code) => new(code, ErrorKind.Forbidden);

    public static Error Conflict(string code, params object[] args) => new(code, ErrorKind.Conflict, null, args);

    public static Error OnField(string field, string code, params object[] args) => new(code, ErrorKind.Invalid, field, args);
}

/// <summary>Success with a value, or the reasons why not. Bugs throw; expected refusals come back as this.</summary>
public sealed class Result<T>
{
    private readonly T? value;

    private Result(T? value, IReadOnlyList<Error> errors)
    {
        this.value = value;
        Errors = errors;
    }

    public IReadOnlyList<Error> Errors { get; }

    public bool Succeeded => Errors.Count == 0;

    public T Value => Succeeded ? value! : throw new InvalidOperationException($"Refused: {Errors[0].Code}");

    public static implicit operator Result<T>(T value) => new(value, []);

    public static implicit operator Result<T>(Error error) => new(default, [error]);

    /// <summary>For values of an interface type, which C# does not convert implicitly.</summary>
    public static Result<T> Of(T value) => new(value, []);

    public static Result<T> Refused(IReadOnlyList<Error> errors) => new(default, errors);
}
