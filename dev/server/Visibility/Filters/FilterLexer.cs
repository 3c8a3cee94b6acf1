using System.Text;

namespace EmbeddedTemporal.Visibility.Filters;

/// <summary>Splits a list filter into tokens, by the lexical rules of the real server's SQL dialect.</summary>
internal sealed class FilterLexer(string text)
{
    private static readonly string[] Symbols = ["<=>", "<=", ">=", "!=", "<>", "=", "<", ">", "(", ")", ",", "-", "+", "*", "."];
    private int at;

    /// <summary>Returns the next token; at the end, an end token each time.</summary>
    public FilterToken Next()
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\r' or '\n')
        {
            at++;
        }
        return at == text.Length ? new FilterToken(FilterTokenKind.End, string.Empty, at)
            : text[at] switch
            {
                '\'' or '"' => Quoted(),
                '`' => QuotedName(),
                var c when IsLetter(c) => Word(),
                var c when char.IsAsciiDigit(c) || (c == '.' && DigitAt(at + 1)) => Number(),
                _ => Symbol(),
            };
    }

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c is '_' or '@';

    private bool DigitAt(int index) => index < text.Length && char.IsAsciiDigit(text[index]);

    private FilterToken Take(FilterTokenKind kind, int start) => new(kind, text[start..at], at);

    private FilterToken Word()
    {
        var start = at;
        while (at < text.Length && (IsLetter(text[at]) || char.IsAsciiDigit(text[at])))
        {
            at++;
        }
        return Take(FilterTokenKind.Word, start);
    }

    private FilterToken Number()
    {
        var start = at;
        var kind = FilterTokenKind.Integer;
        Digits();
        if (at < text.Length && text[at] == '.')
        {
            kind = FilterTokenKind.Decimal;
            at++;
            Digits();
        }
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            kind = FilterTokenKind.Decimal;
            at++;
            if (at < text.Length && text[at] is '+' or '-')
            {
                at++;
            }
            Digits();
        }
        // A letter directly after a number is invalid.
        return Take(at < text.Length && IsLetter(text[at]) ? FilterTokenKind.Invalid : kind, start);
    }

    private void Digits()
    {
        while (DigitAt(at))
        {
            at++;
        }
    }

    private FilterToken Quoted()
    {
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == quote)
            {
                if (at == text.Length || text[at] != quote)
                {
                    return new FilterToken(FilterTokenKind.Text, value.ToString(), at);
                }
                at++;
            }
            else if (c == '\\')
            {
                if (at == text.Length)
                {
                    break;
                }
                c = Unescape(text[at++]);
            }
            value.Append(c);
        }
        return new FilterToken(FilterTokenKind.Invalid, value.ToString(), at);
    }

    private static char Unescape(char c) => c switch
    {
        '0' => '\0',
        'b' => '\b',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'Z' => '\x1a',
        _ => c,
    };

    private FilterToken QuotedName()
    {
        var value = new StringBuilder();
        at++;
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == '`')
            {
                if (at == text.Length || text[at] != '`')
                {
                    return new FilterToken(value.Length > 0 ? FilterTokenKind.QuotedName : FilterTokenKind.Invalid, value.ToString(), at);
                }
                at++;
            }
            value.Append(c);
        }
        return new FilterToken(FilterTokenKind.Invalid, value.ToString(), at);
    }

    private FilterToken Symbol()
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
            {
                at += symbol.Length;
                return new FilterToken(FilterTokenKind.Symbol, symbol == "<>" ? "!=" : symbol, at);
            }
        }
        at++;
        return Take(FilterTokenKind.Invalid, at - 1);
    }
}
