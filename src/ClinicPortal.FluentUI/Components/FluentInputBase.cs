using Microsoft.AspNetCore.Components;

namespace ClinicPortal.FluentUI;

/// <summary>
/// What every input takes. Inputs are rendered once on the server and posted by name; there is no binding. The caller
/// hands back what was typed in <see cref="Value"/> and what is wrong with it in <see cref="Error"/>.
/// </summary>
public abstract class FluentInputBase : FluentComponentBase
{
    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    [Parameter]
    public string? Value { get; set; }

    /// <summary>The label above the field. Only a search field may do without; give it <c>aria-label</c> then.</summary>
    [Parameter]
    public string? Label { get; set; }

    /// <summary>One sentence of help under the field.</summary>
    [Parameter]
    public string? Hint { get; set; }

    [Parameter]
    public string? Message { get; set; }

    [Parameter]
    public MessageState? MessageState { get; set; }

    /// <summary>What is wrong and what to do, in plain words: short for a message in the state Error.</summary>
    [Parameter]
    public string? Error { get; set; }

    [Parameter]
    public bool Required { get; set; }

    [Parameter]
    public bool Disabled { get; set; }

    [Parameter]
    public bool ReadOnly { get; set; }

    [Parameter]
    public bool Autofocus { get; set; }

    protected string InputId => Id ?? Name;

    protected bool HasError => !string.IsNullOrEmpty(Error) || MessageState is FluentUI.MessageState.Error;

    protected string? FieldMessage => string.IsNullOrEmpty(Error) ? Message : Error;

    protected MessageState? FieldState => string.IsNullOrEmpty(Error) ? MessageState : FluentUI.MessageState.Error;

    /// <summary>The ids of hint and message, for <c>aria-describedby</c>.</summary>
    protected string? DescribedBy
    {
        get
        {
            var ids = Classes(
                string.IsNullOrEmpty(Hint) ? null : FluentField.HintId(InputId),
                string.IsNullOrEmpty(FieldMessage) ? null : FluentField.MessageId(InputId));
            return ids.Length == 0 ? null : ids;
        }
    }
}
