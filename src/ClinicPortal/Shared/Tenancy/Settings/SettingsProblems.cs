using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text.Json;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary>Collects the mistakes of one file.</summary>
internal sealed class SettingsProblems(string file)
{
    private static readonly ResourceManager Messages =
        new("ClinicPortal.Shared.Tenancy.Settings.SettingsMessages", typeof(SettingsProblems).Assembly);

    private readonly List<SettingsProblem> found = [];

    public IReadOnlyList<SettingsProblem> Found => found;

    public void Add(int line, string field, string message, params object[] arguments)
    {
        var format = Messages.GetString(message, CultureInfo.CurrentUICulture)
            ?? throw new InvalidOperationException($"SettingsMessages.resx has no '{message}'.");
        found.Add(new SettingsProblem(file, line, field, string.Format(CultureInfo.CurrentCulture, format, arguments)));
    }

    /// <summary>Notes that a value is not what its type asks for, in words that somebody who knows no programming understands.</summary>
    public void AddUnreadable(int line, string field, Type type)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (target.IsEnum)
        {
            Add(line, field, "NotOneOf", string.Join(", ", Enum.GetNames(target).Select(JsonNamingPolicy.CamelCase.ConvertName)));
        }
        else
        {
            Add(line, field, Known("Not" + target.Name));
        }
    }

    /// <summary>Notes every rule on the property that its value breaks.</summary>
    public void AddBrokenRules(int line, string field, PropertyInfo property, object? value)
    {
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(value)))
        {
            switch (rule)
            {
                case RangeAttribute range:
                    Add(line, field, "OutOfRange", range.Minimum, range.Maximum);
                    break;
                case RegularExpressionAttribute:
                    Add(line, field, Known($"Format.{property.DeclaringType!.Name}.{property.Name}"));
                    break;
                case MinLengthAttribute length:
                    Add(line, field, "TooFew", length.Length);
                    break;
                case PhoneAttribute:
                    Add(line, field, "NotAPhoneNumber");
                    break;
                default:
                    Add(line, field, "Not" + rule.GetType().GetGenericArguments().Single().Name);
                    break;
            }
        }
    }

    /// <summary>The demonstration's own formats need no words for operators.</summary>
    private static string Known(string message) => Messages.GetString(message, CultureInfo.InvariantCulture) is null ? "NotReadable" : message;
}
